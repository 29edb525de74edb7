package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.SluiceException;
import java.time.Duration;

/** Waits for a run that was just submitted; the catalog may not have heard of it yet. */
final class WaitForEnd {
  private static final int NOT_FOUND = 404;

  private final GatewayJson client;

  WaitForEnd(GatewayJson client) {
    this.client = client;
  }

  JsonNode of(String tenant, String runId, Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    while (true) {
      long left = until - System.nanoTime();
      try {
        return client.get(tenant, runId, Duration.ofNanos(Math.max(0, left)));
      } catch (SluiceException e) {
        if (e.status() != NOT_FOUND || left <= 0) {
          throw e;
        }
      }
    }
  }
}
