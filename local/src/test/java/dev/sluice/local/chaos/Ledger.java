package dev.sluice.local.chaos;

import dev.sluice.verification.RunName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What callers were told, and so may rely on. */
final class Ledger {
  /** Accepted runs, each with how many of its attempts fail. */
  private final Map<RunName, Integer> runs = new ConcurrentHashMap<>();

  private final Set<RunName> cancelled = ConcurrentHashMap.newKeySet();
  private final Map<String, String> commands = new ConcurrentHashMap<>();
  private final List<String> wrongAnswers = new CopyOnWriteArrayList<>();

  void accepted(RunName run, int failures) {
    runs.put(run, failures);
  }

  /** Somebody asks a run to end, whatever becomes of that. */
  void cancels(RunName run) {
    cancelled.add(run);
  }

  void commanded(String commandId, String what) {
    commands.put(commandId, what);
  }

  void wrongAnswer(String what) {
    wrongAnswers.add(what);
  }

  Set<RunName> runs() {
    return runs.keySet();
  }

  boolean fails(RunName run) {
    return runs.getOrDefault(run, 0) >= ChaosAgent.ATTEMPTS;
  }

  boolean isCancelled(RunName run) {
    return cancelled.contains(run);
  }

  /** Each command that was acknowledged, by its id. */
  Map<String, String> commands() {
    return commands;
  }

  List<String> wrongAnswers() {
    return wrongAnswers;
  }
}
