package dev.sluice.topology.catalog.intake;

import dev.sluice.topology.catalog.view.Kept;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.TimerBranch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Waits for several things as the timeline shows them. */
final class CombinedText {
  private CombinedText() {}

  /**
   * What they wait for.
   *
   * @param chosen the place of the branch that was there, −1 for all; null while the run waits
   */
  static Map<String, Object> of(boolean all, List<?> branches, @Nullable Integer chosen) {
    var detail = new HashMap<String, Object>();
    detail.put("branches", Kept.first(branches).stream().map(CombinedText::branch).toList());
    if (chosen == null) {
      detail.put("waiting_for", all ? "all" : "any");
    } else {
      detail.put("waited_for", all ? "all" : "any");
      if (chosen >= 0) {
        detail.put("chosen", chosen);
      }
    }
    return detail;
  }

  private static String branch(@Nullable Object branch) {
    return switch (branch) {
      case ChildBranch child -> "child " + child.getNumber();
      case SignalBranch signal -> "signal " + Kept.name(signal.getName());
      case TimerBranch timer -> "timer " + Duration.ofMillis(timer.getDelayMs());
      case null, default -> "unknown";
    };
  }
}
