package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** From SIGKILL of a runner process to the next step of its runs on another, by certain death. */
final class KillToResume {
  private static final int ROUNDS = 3;
  private static final int RUNS = 8;

  private KillToResume() {}

  static List<Figure> measure() throws Exception {
    var times = new ArrayList<Double>();
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, null, 2, 32))) {
      stack.prepareReporter();
      var client = new SluiceClient(URI.create(stack.gatewayUrl()));
      for (int round = 0; round < ROUNDS; round++) {
        times.add((double) once(stack, client, round));
      }
    }
    times.sort(null);
    return List.of(
        Figure.of(
            "kill -9 of a runner → next step elsewhere, median", times.get(ROUNDS / 2), "ms"));
  }

  private static long once(LocalStack stack, SluiceClient client, int round) throws Exception {
    var json = new ObjectMapper();
    var log = stack.data().resolve("probe-" + round + ".log");
    for (int i = 0; i < RUNS; i++) {
      var body = json.createObjectNode().put("agent", "probe").put("run_id", round + "-" + i);
      body.putObject("input").put("steps", 60).put("step_ms", 100).put("log", log.toString());
      client.submit("tenant-" + i, body, null);
    }
    while (!Files.exists(log) || Files.readAllLines(log).size() < 3 * RUNS) {
      Thread.sleep(50);
    }
    var victim = stack.process("runner-" + (1 + round % 2));
    var incarnation = victim.awaitReady().split(" ", 2)[0];
    long at = System.currentTimeMillis();
    victim.kill();
    for (int i = 0; i < RUNS; i++) {
      client.get("tenant-" + i, round + "-" + i, java.time.Duration.ofSeconds(60));
    }
    var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
    return Checker.resumedAfterMs(history, incarnation, at);
  }
}
