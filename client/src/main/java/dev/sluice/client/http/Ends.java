package dev.sluice.client.http;

import dev.sluice.client.Run;
import dev.sluice.client.RunEnd;
import dev.sluice.client.SluiceException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Waits for ends: the gateway waits for up to a minute, and is asked again. */
final class Ends {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /** Between two requests of which the gateway answered the first early. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(50);

  private static final Duration MOST_PAUSE = Duration.ofSeconds(5);

  private final GatewayConnection gateway;

  Ends(GatewayConnection gateway) {
    this.gateway = gateway;
  }

  /** As much of it as one request may wait. */
  static Duration wait(Duration atMost) {
    if (atMost.isNegative()) {
      return Duration.ZERO;
    }
    return atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost;
  }

  Optional<Run> get(String tenant, String runId, Map<String, String> query) {
    try {
      return Optional.of(
          Fields.read(gateway.send(ApiRequests.run(tenant, runId, query)), RunJson::read));
    } catch (SluiceException.NotFound e) {
      return Optional.empty();
    }
  }

  /**
   * Waits for an end.
   *
   * @param query at, redrive
   */
  Optional<RunEnd> await(String tenant, String runId, Duration atMost, Map<String, String> query) {
    long began = System.nanoTime();
    while (true) {
      var left = atMost.minusNanos(System.nanoTime() - began);
      var asked = new HashMap<>(query);
      asked.put("wait", wait(left).toString());
      var run = get(tenant, runId, asked);
      var end = run.flatMap(Run::ended).filter(found -> isAskedFor(found, query));
      left = atMost.minusNanos(System.nanoTime() - began);
      if (end.isPresent() || left.isNegative() || left.isZero()) {
        return end;
      }
      pause(left, System.nanoTime() - began);
    }
  }

  /** The end before a redrive is not the redrive's. */
  private static boolean isAskedFor(RunEnd end, Map<String, String> query) {
    return end.redrive() >= Integer.parseInt(query.getOrDefault("redrive", "0"));
  }

  /** A run that is not known yet, or a gateway that cuts waits short, is not asked in a loop. */
  private static void pause(Duration left, long passedNanos) {
    var pause = LEAST_PAUSE.plusNanos(passedNanos / 10);
    var least = pause.compareTo(MOST_PAUSE) > 0 ? MOST_PAUSE : pause;
    try {
      Thread.sleep(least.compareTo(left) > 0 ? left : least);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SluiceException.of(
          SluiceException.Problem.of(0, "interrupted while waiting for a run's end"), e);
    }
  }
}
