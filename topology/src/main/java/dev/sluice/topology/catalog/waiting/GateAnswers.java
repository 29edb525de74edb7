package dev.sluice.topology.catalog.waiting;

import dev.sluice.v1.Decision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The gate's recent decisions, for callers who wait for one. */
public final class GateAnswers {
  private static final int MOST = 10_000;

  private record Key(String tenant, String asked) {}

  /** A decision: its kind, and why. */
  public record Said(String kind, String runId, String reason) {}

  private final Map<Key, Said> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Said> eldest) {
          return size() > MOST;
        }
      };
  private final Map<Key, Set<CompletableFuture<Said>>> waiting = new ConcurrentHashMap<>();
  private boolean stopping;

  /** Takes in a decision on {@code asked}; only the first is what the sender is told. */
  void take(String asked, Decision decision) {
    var key = new Key(decision.getTenant(), asked);
    var runId = decision.getRunId() == null ? "" : decision.getRunId();
    var said = new Said(decision.getKind().name(), runId, decision.getReason());
    Set<CompletableFuture<Said>> all;
    synchronized (this) {
      if (recent.putIfAbsent(key, said) != null) {
        return;
      }
      all = waiting.remove(key);
    }
    if (all != null) {
      all.forEach(answer -> answer.complete(said));
    }
  }

  /** Cancelled if the catalog stops before anything was decided. */
  public synchronized CompletableFuture<Said> await(String tenant, String asked) {
    var key = new Key(tenant, asked);
    var known = recent.get(key);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    var answer = new CompletableFuture<Said>();
    if (stopping) {
      answer.cancel(false);
      return answer;
    }
    waiting.computeIfAbsent(key, same -> ConcurrentHashMap.newKeySet()).add(answer);
    answer.whenComplete((said, failure) -> forget(key, answer));
    return answer;
  }

  @SuppressWarnings("UndefinedEquals") // identity is meant
  private void forget(Key key, CompletableFuture<Said> answer) {
    waiting.computeIfPresent(
        key,
        (same, all) -> {
          all.remove(answer);
          return all.isEmpty() ? null : all;
        });
  }

  /** Ends all waits, also those that begin now. */
  void stop() {
    synchronized (this) {
      stopping = true;
    }
    waiting.values().forEach(all -> all.forEach(answer -> answer.cancel(false)));
  }
}
