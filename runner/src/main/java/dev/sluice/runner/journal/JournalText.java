package dev.sluice.runner.journal;

import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.util.List;

/** Entries of a journal in words, for the message of a mismatch. */
final class JournalText {
  private static final int MOST_CHILDREN = 5;

  private JournalText() {}

  static String of(Object entry) {
    return switch (entry) {
      case StepEntry step -> step(step);
      case SpawnEntry spawn -> spawn(agents(spawn.getChildren()));
      case SignalEntry signal -> "signal '" + signal.getName() + "'";
      case VersionEntry version -> "version '" + version.getChangeId() + "'";
      case YieldEntry yield when yield.getWait() instanceof Sleep -> "sleep";
      case YieldEntry yield when yield.getWait() instanceof SignalWait wait ->
          "signal '" + wait.getName() + "'";
      default -> "checkpoint";
    };
  }

  private static String step(StepEntry step) {
    var refused = Refusals.read(step);
    return refused == null ? "step '" + step.getName() + "'" : "refused " + step.getName();
  }

  static List<String> agents(List<ChildSpec> children) {
    return children.stream().map(ChildSpec::getAgent).toList();
  }

  static String spawn(List<String> agents) {
    var shown = agents.subList(0, Math.min(MOST_CHILDREN, agents.size()));
    var more = agents.size() > MOST_CHILDREN ? ", …" : "";
    return "spawn of " + agents.size() + " (" + String.join(", ", shown) + more + ")";
  }
}
