package dev.sluice.runner.journal;

import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.StepEntry;
import java.util.List;

/** Entries of a journal in words, for the message of a mismatch. */
final class JournalText {
  private static final int MOST_CHILDREN = 5;
  private static final int MOST_BRANCHES = 5;

  private JournalText() {}

  static String of(Position position) {
    return switch (position) {
      case Position.Step(StepEntry step) -> "step '" + step.getName() + "'";
      case Position.Refused refused -> "refused " + refused.call();
      case Position.Spawned(List<ChildSpec> children) -> spawn(agents(children));
      case Position.Cancelled(List<Integer> numbers) -> cancel(numbers);
      case Position.Sent(String to, String name) -> send(to, name);
      case Position.SignalTaken(String name) -> "signal '" + name + "'";
      case Position.SignalAwaited(String name, long timeoutMs) -> "signal '" + name + "'";
      case Position.Changed(String changeId, int number) ->
          "version '" + changeId + "'" + (number == 1 ? "" : " at " + number);
      case Position.Combined(boolean all, List<Object> branches) -> combined(all, branches);
      case Position.Slept slept -> "sleep";
      case Position.Checkpoint checkpoint -> "checkpoint";
      case Position.Missing missing -> "step in progress";
    };
  }

  /** The words for a wait for several things; how long timers take does not matter. */
  static String combined(boolean all, List<Object> branches) {
    var shown = branches.stream().limit(MOST_BRANCHES).map(JournalText::branch).toList();
    var more = branches.size() > MOST_BRANCHES ? ", …" : "";
    return "%s of %d (%s%s)"
        .formatted(all ? "awaitAll" : "awaitAny", branches.size(), String.join(", ", shown), more);
  }

  private static String branch(Object branch) {
    return switch (branch) {
      case ChildBranch child -> "child " + child.getNumber();
      case SignalBranch signal -> "signal '" + signal.getName() + "'";
      default -> "timer";
    };
  }

  static String cancel(List<Integer> numbers) {
    var shown = numbers.stream().limit(MOST_CHILDREN).map(String::valueOf).toList();
    var more = numbers.size() > MOST_CHILDREN ? ", …" : "";
    return "cancel of %d (%s%s)".formatted(numbers.size(), String.join(", ", shown), more);
  }

  static String send(String to, String name) {
    return "signal '%s' to %s".formatted(name, to.isEmpty() ? "no parent" : to);
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
