package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.Child;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads that never leave their carriers: docs/decisions/0013. */
@Tag("slow")
final class KeptCarriersIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  @Test
  void aRunnerGoesOnWithOneRunWhileAsManyAsThereAreCoresKeepTheirs(@TempDir Path data) {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 1, CORES + 1))) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      for (int i = 0; i < CORES; i++) {
        submit(client, "busy-" + i, "spin");
        await(client, "busy-" + i, "RUNNING");
      }

      submit(client, "acme", "echo");
      await(client, "acme", "SUCCEEDED");

      for (int i = 0; i < CORES; i++) {
        client.cancel("busy-" + i, "run");
        await(client, "busy-" + i, "CANCELLED");
      }
    }
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void theStackRestartsAndStopsItsProcessesWhileAllOfItsOwnAreKept(@TempDir Path data) {
    try (var kept = new EveryCarrier()) {
      Child after;
      try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 1, 2))) {
        Child before = stack.process("runner-1");
        before.kill();
        Awaitility.await().atMost(BOUND).until(() -> stack.process("runner-1") != before);
        after = stack.process("runner-1");
      }
      assertThat(after.isAlive()).isFalse();
      assertThat(kept.isOpen()).isTrue();
    }
  }

  private static void submit(GatewayJson client, String tenant, String agent) {
    var body = JSON.createObjectNode().put("agent", agent).put("run_id", "run");
    client.submit(tenant, body, null);
  }

  private static void await(GatewayJson client, String tenant, String status) {
    Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptions()
        .until(
            () -> client.get(tenant, "run", Duration.ZERO).path("status").asText(), status::equals);
  }

  /** Keeps every carrier of this process until it is closed. */
  private static final class EveryCarrier implements AutoCloseable {
    private final AtomicBoolean open = new AtomicBoolean(true);

    EveryCarrier() {
      for (int i = 0; i < CORES; i++) {
        Thread.ofVirtual().name("kept-" + i).start(this::keep);
      }
    }

    private void keep() {
      while (open.get()) {
        Thread.onSpinWait();
      }
    }

    boolean isOpen() {
      return open.get();
    }

    @Override
    public void close() {
      open.set(false);
    }
  }
}
