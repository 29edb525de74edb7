package dev.sluice.admission.run;

import java.util.EnumSet;
import java.util.Set;

/** The kinds of phases, and which may follow which. docs/protocol.md draws them. */
public enum Stage {
  QUEUED,
  DISPATCHED,
  RUNNING,
  FENCING,
  WAITING,
  DEAD,
  LOST;

  public static Stage of(Phase phase) {
    return switch (phase) {
      case Phase.Queued queued -> QUEUED;
      case Phase.Dispatched dispatched -> DISPATCHED;
      case Phase.Running running -> RUNNING;
      case Phase.Fencing fencing -> FENCING;
      case Phase.Waiting waiting -> WAITING;
      case Phase.Dead dead -> DEAD;
      case Phase.Lost lost -> LOST;
    };
  }

  /** Where a run may go from here, other than to its end. */
  public Set<Stage> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(DISPATCHED, WAITING, DEAD);
      case DISPATCHED -> EnumSet.of(RUNNING, FENCING, QUEUED, WAITING, DEAD);
      case RUNNING -> EnumSet.of(RUNNING, FENCING, QUEUED, WAITING, DEAD);
      case FENCING -> EnumSet.of(FENCING, QUEUED, WAITING, DEAD);
      case WAITING -> EnumSet.of(QUEUED, DEAD);
      case DEAD -> EnumSet.of(QUEUED);
      case LOST -> EnumSet.of(LOST);
    };
  }
}
