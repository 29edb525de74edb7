package dev.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.BodyHashes;
import dev.sluice.http.message.Problem;
import dev.sluice.v1.RunSubmitted;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Notices a request that asks for a run id which another one has taken, by the hashes of their
 * bodies. It knows what came through this gateway, and what a catalog says while Kafka writes the
 * submission; what both miss the gate finds.
 */
final class Bodies {
  private static final int MOST = 20_000;
  private static final Duration LATE = Duration.ofMillis(100);
  private static final long SUSPECT_NANOS = Duration.ofSeconds(5).toNanos();

  /**
   * What an id was asked for with.
   *
   * @param isDoubtful whether no catalog could be asked: another gateway, or this one before it was
   *     started again, may have taken the id for somebody else
   */
  private record Taken(long hash, boolean isDoubtful) {}

  private final Catalogs catalogs;
  private final Map<String, Taken> taken =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Taken> eldest) {
          return size() > MOST;
        }
      };
  private volatile long lateUntilNanos = System.nanoTime();

  Bodies(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /** A submission on its way. */
  final class Sent {
    private final RunSubmitted run;
    private final @Nullable CompletableFuture<Optional<JsonNode>> asked;

    private Sent(RunSubmitted run, @Nullable CompletableFuture<Optional<JsonNode>> asked) {
      this.run = run;
      this.asked = asked;
    }

    /**
     * Once Kafka has it: a moment is left to a catalog that has not answered yet.
     *
     * @throws Problem 422 if it says that the id is another request's
     */
    void check() throws InterruptedException {
      var said = asked == null ? Said.NOTHING : answer(asked);
      if (said.known().filter(json -> isAnothers(json, run)).isPresent()) {
        throw conflict(run);
      }
    }
  }

  /**
   * Looks before a submission is sent.
   *
   * @throws Problem 422 if the id is known to be another request's
   */
  Sent look(RunSubmitted run) throws InterruptedException {
    var text = run.getBodyHash();
    if (text == null) {
      return new Sent(run, null);
    }
    long hash = BodyHashes.firstBytes(text);
    var former = take(run, hash);
    if (former == null) {
      var asked = catalogs.ask(run.getTenant(), run.getRunId());
      return new Sent(
          run,
          asked
              .thenApply(known -> learn(run, known))
              .whenComplete((known, failure) -> doubtIf(failure, run, hash)));
    }
    if (former.hash() != hash) {
      // Requests may reach the gate in another order than this gateway, and refused ones may come
      // again: what the gate has taken counts.
      var said = answer(catalogs.ask(run.getTenant(), run.getRunId()));
      boolean isAnothers = said.known().map(json -> isAnothers(json, run)).orElse(true);
      if (isAnothers && (said.isSaid() || !former.isDoubtful())) {
        throw conflict(run);
      }
      put(run, new Taken(hash, isAnothers));
    }
    return new Sent(run, null);
  }

  /** What a catalog says counts, also when it comes too late for this request. */
  private Optional<JsonNode> learn(RunSubmitted run, Optional<JsonNode> known) {
    known
        .filter(json -> isAnothers(json, run))
        .map(json -> HexFormat.fromHexDigitsToLong(json.path("body_hash").asText()))
        .ifPresent(hash -> put(run, new Taken(hash, false)));
    return known;
  }

  /** Whatever was learned of the id meanwhile stays. */
  private synchronized void doubtIf(@Nullable Throwable failure, RunSubmitted run, long hash) {
    if (failure != null) {
      taken.replace(name(run), new Taken(hash, false), new Taken(hash, true));
    }
  }

  private static String name(RunSubmitted run) {
    return run.getTenant() + "/" + run.getRunId();
  }

  private synchronized @Nullable Taken take(RunSubmitted run, long hash) {
    return taken.putIfAbsent(name(run), new Taken(hash, false));
  }

  private synchronized void put(RunSubmitted run, Taken by) {
    taken.put(name(run), by);
  }

  /**
   * What a catalog said.
   *
   * @param isSaid false if none answered in time
   */
  private record Said(boolean isSaid, Optional<JsonNode> known) {
    static final Said NOTHING = new Said(false, Optional.empty());
  }

  private Said answer(CompletableFuture<Optional<JsonNode>> asked) throws InterruptedException {
    boolean isSuspect = System.nanoTime() - lateUntilNanos < 0;
    try {
      return new Said(true, asked.get(isSuspect ? 0 : LATE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      if (!isSuspect) { // else a busy gateway would never wait for an answer again
        lateUntilNanos = System.nanoTime() + SUSPECT_NANOS;
      }
      return Said.NOTHING;
    } catch (ExecutionException e) {
      return Said.NOTHING;
    }
  }

  /** What was refused for want of room left its id to whoever comes next. */
  private static boolean isAnothers(JsonNode known, RunSubmitted run) {
    var hash = known.path("body_hash").asText();
    return !hash.isEmpty()
        && !known.path("retryable").asBoolean()
        && HexFormat.fromHexDigitsToLong(hash)
            != BodyHashes.firstBytes(String.valueOf(run.getBodyHash()));
  }

  static Problem conflict(RunSubmitted run) {
    return Problem.unprocessable(
            "run_id %s was asked for by a request with another body".formatted(run.getRunId()))
        .about("run_id", run.getRunId());
  }
}
