package dev.sluice.runner.journal;

import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.StepEntry;
import java.util.List;

/** Entries of a journal in words, for the message of a mismatch. */
final class JournalText {
  private static final int MOST_CHILDREN = 5;

  private JournalText() {}

  static String of(Position position) {
    return switch (position) {
      case Position.Step(StepEntry step) -> "step '" + step.getName() + "'";
      case Position.Refused refused -> "refused " + refused.call();
      case Position.Spawned(List<ChildSpec> children) -> spawn(agents(children));
      case Position.SignalTaken(String name) -> "signal '" + name + "'";
      case Position.SignalAwaited(String name, long timeoutMs) -> "signal '" + name + "'";
      case Position.Changed(String changeId, int number) ->
          "version '" + changeId + "'" + (number == 1 ? "" : " at " + number);
      case Position.Slept slept -> "sleep";
      case Position.Checkpoint checkpoint -> "checkpoint";
      case Position.Missing missing -> "step in progress";
    };
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
