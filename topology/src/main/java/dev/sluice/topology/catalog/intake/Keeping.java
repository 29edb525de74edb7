package dev.sluice.topology.catalog.intake;

import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.v1.RunStanding;
import dev.sluice.v1.RunStatus;
import java.time.Duration;

/**
 * How long the journal and the state of a run are kept after its end.
 *
 * @param ended for runs that have ended for good
 * @param dead for those that ended as DEAD
 */
public record Keeping(Duration ended, Duration dead) {
  Duration of(RunView view) {
    return view.standsDead() ? dead : ended;
  }

  /** Whether a run has been dead for longer than it is kept. */
  boolean isDeadFor(RunStanding standing, long nowMs) {
    return standing.getPhase().equals(RunStatus.DEAD.name())
        && nowMs - standing.getSinceMs() > dead.toMillis();
  }

  Duration shortest() {
    return ended.compareTo(dead) < 0 ? ended : dead;
  }
}
