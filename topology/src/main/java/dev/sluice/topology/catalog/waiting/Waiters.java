package dev.sluice.topology.catalog.waiting;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.v1.Decision;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Requests that wait for runs to end or for decisions, and recent refusals. */
public final class Waiters {
  private record Key(String tenant, String runId) {}

  private final Map<Key, Set<CompletableFuture<RunView>>> waiting = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private final Refusals refusals = new Refusals();
  private final GateAnswers commands = new GateAnswers();
  private final GateAnswers submissions = new GateAnswers();
  private final GateAnswers limits = new GateAnswers();

  public Refusals refusals() {
    return refusals;
  }

  /** What was decided on commands, by their ids. */
  public GateAnswers commands() {
    return commands;
  }

  /** What was decided on submissions, by their places as a {@code Location} names them. */
  public GateAnswers submissions() {
    return submissions;
  }

  /** What was decided on limits of tenants, likewise. */
  public GateAnswers limits() {
    return limits;
  }

  /** Takes in a decision that somebody may wait for. */
  public void decided(Decision decision) {
    if (decision.getCommandId() != null) {
      commands.take(decision.getCommandId(), decision);
    }
    switch (decision.getKind()) {
      case ACCEPT, DUPLICATE, REJECT -> submissions.take(place(decision), decision);
      case TENANT, REFUSE -> {
        if (decision.getCauseTopic().equals(Topics.TENANTS)) {
          limits.take(place(decision), decision);
        }
      }
      default -> {}
    }
  }

  private static String place(Decision decision) {
    return decision.getCauseTopic()
        + "-"
        + decision.getCausePartition()
        + "-"
        + decision.getCauseOffset();
  }

  /** Cancelled if the catalog stops before the run has ended. */
  public CompletableFuture<RunView> await(String tenant, String runId) {
    var answer = new CompletableFuture<RunView>();
    var key = new Key(tenant, runId);
    waiting.compute(
        key,
        (same, others) -> {
          Set<CompletableFuture<RunView>> all =
              others == null ? ConcurrentHashMap.newKeySet() : others;
          all.add(answer);
          return all;
        });
    answer.whenComplete((view, failure) -> forget(key, answer));
    if (stopping) {
      answer.cancel(false);
    }
    return answer;
  }

  @SuppressWarnings("UndefinedEquals") // identity is meant
  private void forget(Key key, CompletableFuture<RunView> answer) {
    waiting.computeIfPresent(
        key,
        (same, all) -> {
          all.remove(answer);
          return all.isEmpty() ? null : all;
        });
  }

  public void ended(String tenant, String runId, RunView view) {
    var all = waiting.remove(new Key(tenant, runId));
    if (all != null) {
      all.forEach(answer -> answer.complete(view));
    }
  }

  /** Ends all waits, also those that begin now. */
  public void stop() {
    stopping = true;
    commands.stop();
    submissions.stop();
    limits.stop();
    waiting.values().forEach(all -> all.forEach(answer -> answer.cancel(false)));
  }
}
