package dev.sluice.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import dev.sluice.verification.Violation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good and bad traffic for minutes ({@code -Psoak}: fifteen, or {@code -Dsoak.seconds}): no process
 * takes more and more of anything, and nothing is lost. The bad is garbage from a seed all the
 * time, and each attack of {@link IsolationIT} in turn, the first time within the warming up.
 * Prints the table of docs/isolation.md.
 */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
final class SoakIT {
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("sluice.soak.seconds", 120));

  /** To read all topics, after fifteen minutes, on a busy machine, takes more than one. */
  private static final Duration TO_READ = Duration.ofMinutes(5);

  private static final int SAMPLES = Math.clamp(TIME.toSeconds() / 10, 9, 45);
  private static final int UNDER_WAY = 8;
  private static final List<String> PROCESSES =
      List.of("broker", "gate", "catalog", "gateway", "runner-1", "runner-2");
  private static final String GOOD = "good-";
  private static final int GOOD_TENANTS = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String[]> accepted = new ArrayList<>();
  private int ended;

  @Test
  void takesNoMoreOfAnythingAndLosesNothing(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 16));
        var bad = new BadTraffic(15, stack.bootstrap(), stack.gatewayUrl());
        var attacker = new AttackerProcess(target(stack));
        var rotation = new Rotation(attacker, attacks())) {
      var client = new GatewayJson(URI.create(stack.gatewayUrl()));
      var pids = new LinkedHashMap<String, Long>();
      PROCESSES.forEach(name -> pids.put(name, stack.process(name).pid()));
      var footprints = new Footprints(data, pids);
      long begin = System.nanoTime();
      for (int sample = 1; sample <= SAMPLES; sample++) {
        boolean isWarmingUp = sample == SAMPLES / 3;
        do {
          submit(client);
          bad.next();
          awaitEnds(client, UNDER_WAY);
        } while (System.nanoTime() - begin < sample * TIME.toNanos() / SAMPLES
            || (isWarmingUp && !rotation.hasHadAll()));
        footprints.sample(ended);
      }
      System.out.printf("soak: %d attacks%n", rotation.end());
      footprints.print();

      assertThat(PROCESSES)
          .as("processes that were started again")
          .allSatisfy(name -> assertThat(stack.process(name).pid()).isEqualTo(pids.get(name)));
      awaitEnds(client, 0);
      System.out.println("soak: " + ended + " runs, all ended");
      assertNothingIsLost(stack);
      assertThat(footprints.risen()).isEmpty();
    }
  }

  private static Attacker.Target target(LocalStack stack) {
    return new Attacker.Target(stack.bootstrap(), stack.registry(), stack.gatewayUrl());
  }

  /** All but trees: one of them is 40,000 runs, which are to be kept, and rightly so. */
  private static List<Attack> attacks() {
    return AttackerProcess.all().stream()
        .filter(attack -> !attack.rule().isEmpty() && !attack.name().contains("trees"))
        .toList();
  }

  private void submit(GatewayJson client) {
    var tenant = GOOD + accepted.size() % GOOD_TENANTS;
    var body = JSON.createObjectNode().put("agent", accepted.size() % 4 == 0 ? "probe" : "echo");
    body.putObject("input").put("steps", 3).put("step_ms", 1).put("payload_bytes", 2_000);
    var runId = client.submit(tenant, body, null).path("run_id").asText();
    accepted.add(new String[] {tenant, runId});
  }

  /** Waits until all but {@code left} of what was accepted has ended as it should. */
  private void awaitEnds(GatewayJson client, int left) {
    for (; ended < accepted.size() - left; ended++) {
      var run = accepted.get(ended);
      var answer = client.get(run[0], run[1], Duration.ofSeconds(60));
      assertThat(answer.path("status").asText()).as(run[1]).isEqualTo("SUCCEEDED");
    }
  }

  private static void assertNothingIsLost(LocalStack stack) {
    var topics = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "");
    Awaitility.await()
        .atMost(TO_READ)
        .untilAsserted(
            () ->
                assertThat(Checker.check(topics.read(), Map.of("free", 2, "pro", 20)).violations())
                    .filteredOn(violation -> !isStillUnderWay(violation))
                    .isEmpty());
  }

  /** What strangers submitted waits for its own cap. */
  private static boolean isStillUnderWay(Violation violation) {
    return violation.what().endsWith("has no completion")
        && !violation.what().contains("tenant=" + GOOD);
  }
}
