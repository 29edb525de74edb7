package dev.sluice.client.kafka;

import dev.sluice.client.RunEnd;
import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceException.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs that were submitted here and have not ended. An end goes to whoever holds the run, and
 * nothing of it is kept here. Safe for use by several threads.
 */
final class AwaitedRuns {
  /** A run's name. */
  record Key(String tenant, String runId) {}

  /** A run that is awaited. */
  static final class Awaited {
    private final Key key;
    private final long sinceNanos;
    private final CompletableFuture<RunEnd> end = new CompletableFuture<>();
    private int holders = 1;

    private Awaited(Key key, long nowNanos) {
      this.key = key;
      this.sinceNanos = nowNanos;
    }

    CompletableFuture<RunEnd> end() {
      return end;
    }
  }

  /** Submissions of unknown outcome whose run may be asked for again. */
  private static final int MOST_DOUBTFUL = 256;

  private final int most;
  private final long keepNanos;
  private final Map<Key, Awaited> runs = new LinkedHashMap<>();
  private final Map<Key, Awaited> doubtful = new LinkedHashMap<>();
  private final Map<String, Integer> tenants = new HashMap<>();
  private boolean isClosed;

  AwaitedRuns(int most, long keepNanos) {
    this.most = most;
    this.keepNanos = keepNanos;
  }

  /**
   * Begins to await a run; two who submit the same one await it together.
   *
   * @throws SluiceException.TooMany if there is no room
   */
  synchronized Awaited add(String tenant, String runId, long nowNanos) {
    if (isClosed) {
      throw closed();
    }
    var key = new Key(tenant, runId);
    var asked = doubtful.remove(key);
    if (asked != null && !asked.end.isCompletedExceptionally()) {
      return asked; // who asked before holds it no more
    }
    var known = runs.get(key);
    if (known != null) {
      known.holders++;
      return known;
    }
    makeRoom(nowNanos);
    var run = new Awaited(key, nowNanos);
    runs.put(key, run);
    tenants.merge(tenant, 1, Integer::sum);
    return run;
  }

  private void makeRoom(long nowNanos) {
    if (runs.size() < most) {
      return;
    }
    var oldest = runs.values().iterator().next();
    if (nowNanos - oldest.sinceNanos < keepNanos) {
      throw SluiceException.of(
          Problem.of(429, most + " runs that were submitted here have not ended"), null);
    }
    remove(oldest.key);
    oldest.end.completeExceptionally(
        SluiceException.of(
            Problem.of(0, "run " + oldest.key.runId() + " gave way to newer ones"), null));
  }

  private @Nullable Awaited remove(Key key) {
    var run = runs.remove(key);
    if (run != null) {
      tenants.computeIfPresent(key.tenant(), (name, count) -> count == 1 ? null : count - 1);
    }
    return run;
  }

  /**
   * Whoever holds the run does not know whether it was submitted, and may ask for it again: until
   * then it is awaited, and its end kept. The newest 256 of these are.
   */
  synchronized void doubt(Awaited run) {
    var other = doubtful.putIfAbsent(run.key, run);
    if (other != null) {
      forget(run);
    }
    if (doubtful.size() > MOST_DOUBTFUL) {
      var oldest = doubtful.values().iterator().next();
      doubtful.remove(oldest.key);
      forget(oldest);
    }
  }

  /** One of those who hold the run does no more. */
  synchronized void forget(Awaited run) {
    run.holders--;
    if (run.holders == 0 && runs.get(run.key) == run) {
      remove(run.key);
    }
  }

  /** Whether an end of this tenant needs to be looked at. */
  synchronized boolean hasTenant(String tenant) {
    return tenants.containsKey(tenant);
  }

  /** Tells an end to whoever awaits it. */
  void end(RunEnd end) {
    Awaited run;
    synchronized (this) {
      run = remove(new Key(end.tenant(), end.runId()));
    }
    if (run != null) {
      run.end.complete(end);
    }
  }

  synchronized int size() {
    return runs.size();
  }

  /** Nobody is told anything any more. */
  void close() {
    List<Awaited> left;
    synchronized (this) {
      isClosed = true;
      left = new ArrayList<>(runs.values());
      runs.clear();
      doubtful.clear();
      tenants.clear();
    }
    left.forEach(run -> run.end.completeExceptionally(closed()));
  }

  private static SluiceException closed() {
    return SluiceException.of(Problem.of(0, "the client is closed"), null);
  }
}
