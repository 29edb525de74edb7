package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good and bad traffic for minutes ({@code -Psoak}: fifteen, or {@code -Dsoak.seconds}): no process
 * takes more and more of anything, and nothing is lost. A sample of each process is taken every few
 * seconds; the first third of them is its warming up, and the last is compared with the one
 * between.
 */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
final class SoakIT {
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("sluice.soak.seconds", 120));
  private static final Duration LAST_ENDS = Duration.ofSeconds(60);
  private static final int SAMPLES = 9;
  private static final int UNDER_WAY = 8;
  private static final List<String> PROCESSES =
      List.of("broker", "gate", "catalog", "gateway", "runner-1", "runner-2");
  private static final List<String> TENANTS = List.of("good-1", "good-2", "good-3");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MB = 1 << 20;

  /** The catalog's cache of its stores' entries may still be filling after a minute or two. */
  private static final long CACHES = 32 * MB;

  /** Not {@code kafka}: what the topics keep is theirs to say. */
  private static final List<String> FOLDERS = List.of("gate", "catalog", "logs");

  private final Map<String, List<ProcessSample>> samples = new LinkedHashMap<>();
  private final Map<String, List<Long>> disk = new LinkedHashMap<>();
  private final List<String[]> accepted = new ArrayList<>();
  private int ended;

  @Test
  void takesNoMoreOfAnythingAndLosesNothing(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 2, 16));
        var bad = new BadTraffic(15, stack.bootstrap(), stack.gatewayUrl())) {
      var client = new SluiceClient(URI.create(stack.gatewayUrl()));
      var pids = new LinkedHashMap<String, Long>();
      PROCESSES.forEach(name -> pids.put(name, stack.process(name).pid()));
      var commands = ProcessSample.commands(data);
      for (int sample = 1; sample <= SAMPLES; sample++) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TIME.toNanos() / SAMPLES) {
          submit(client);
          bad.next();
          awaitEnds(client, UNDER_WAY);
        }
        takeSamples(pids, commands);
        for (var folder : FOLDERS) {
          disk.computeIfAbsent(folder, name -> new ArrayList<>()).add(size(data.resolve(folder)));
        }
      }
      assertThat(PROCESSES)
          .as("processes that were started again")
          .allSatisfy(name -> assertThat(stack.process(name).pid()).isEqualTo(pids.get(name)));
      awaitEnds(client, 0);
      System.out.println("soak: " + ended + " runs");
      // What strangers submitted waits for an agent that nobody has, then ends, too.
      var topics = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "");
      Awaitility.await()
          .atMost(LAST_ENDS)
          .untilAsserted(
              () ->
                  assertThat(
                          Checker.check(topics.read(), Map.of("free", 2, "pro", 20)).violations())
                      .isEmpty());
      assertFlat();
      assertNotFaster();
    }
  }

  private void submit(SluiceClient client) {
    var tenant = TENANTS.get(accepted.size() % TENANTS.size());
    var body = JSON.createObjectNode().put("agent", accepted.size() % 4 == 0 ? "probe" : "echo");
    body.putObject("input").put("steps", 3).put("step_ms", 1).put("payload_bytes", 2_000);
    var runId = client.submit(tenant, body, null).path("run_id").asText();
    accepted.add(new String[] {tenant, runId});
  }

  private void takeSamples(Map<String, Long> pids, Path commands) throws Exception {
    for (var process : pids.entrySet()) {
      samples
          .computeIfAbsent(process.getKey(), name -> new ArrayList<>())
          .add(ProcessSample.of(process.getValue(), commands));
    }
  }

  private void assertFlat() {
    samples.forEach(
        (name, taken) -> {
          System.out.println("soak " + name + " " + taken);
          assertFlat(name + ": heap", ProcessSample::heapBytes, CACHES, taken);
          assertFlat(
              name + ": memory beyond the heap", ProcessSample::beyondHeapBytes, 32 * MB, taken);
          assertFlat(name + ": threads", ProcessSample::threads, 8, taken);
          assertFlat(name + ": file handles", ProcessSample::files, 24, taken);
        });
  }

  /** What is kept of runs for days grows with them, and no faster. */
  private void assertNotFaster() {
    disk.forEach(
        (folder, taken) -> {
          System.out.println("soak disk of " + folder + " " + taken);
          int third = SAMPLES / 3;
          long between = taken.get(2 * third - 1) - taken.get(third - 1);
          long last = taken.get(SAMPLES - 1) - taken.get(2 * third - 1);
          assertThat(last).as("disk of " + folder).isLessThan(2 * Math.max(0, between) + 64 * MB);
        });
  }

  private static long size(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    } catch (UncheckedIOException goneMeanwhile) {
      return size(folder);
    }
  }

  private static void assertFlat(
      String what, ToLongFunction<ProcessSample> of, long slack, List<ProcessSample> taken) {
    int third = SAMPLES / 3;
    long between = median(of, taken.subList(third, 2 * third));
    long last = median(of, taken.subList(2 * third, SAMPLES));
    assertThat(last).as(what).isLessThanOrEqualTo(between + between / 10 + slack);
  }

  private static long median(ToLongFunction<ProcessSample> of, List<ProcessSample> taken) {
    var sorted = taken.stream().mapToLong(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Waits until all but {@code left} of what was accepted has ended as it should. */
  private void awaitEnds(SluiceClient client, int left) {
    for (; ended < accepted.size() - left; ended++) {
      var run = accepted.get(ended);
      var answer = client.get(run[0], run[1], Duration.ofSeconds(60));
      assertThat(answer.path("status").asText()).as(run[1]).isEqualTo("SUCCEEDED");
    }
  }
}
