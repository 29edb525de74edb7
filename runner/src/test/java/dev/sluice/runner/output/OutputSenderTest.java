package dev.sluice.runner.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.io.Clients;
import dev.sluice.schemas.serde.SluiceSerdes;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody is there to take chunks: neither a broker nor a registry. */
final class OutputSenderTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final EmittedAt HERE = new EmittedAt(1, null);

  private final WorkerMeasures measures = new WorkerMeasures();
  private final OutputSender sender =
      new OutputSender(
          "outputs",
          new Clients(Map.of("bootstrap.servers", "127.0.0.1:1")).producer(1_000),
          SluiceSerdes.create(
              Map.of(
                  "schema.registry.url",
                  "http://127.0.0.1:1",
                  "sluice.registry.timeout.ms",
                  "100")),
          new Watch(new LifeSigns((why, cause) -> {}, () -> 0), measures));
  private final EpochOutput epoch = new EpochOutput(new RunRef("acme", "r", 1), "w.1", 0, sender);

  @AfterEach
  void close() {
    sender.close();
  }

  private double lost() {
    return measures
        .scrape()
        .lines()
        .filter(line -> line.startsWith("sluice_worker_chunks_lost_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void whatCannotBeSentIsCountedAndTheEpochGoesOn() {
    epoch.text("one", HERE);
    Awaitility.await().atMost(BOUND).until(() -> lost() == 1);
    epoch.bytes(new byte[] {2}, "image/png", HERE);

    assertThat(epoch.close()).isEqualTo(2);
    Awaitility.await().atMost(BOUND).until(() -> lost() == 2);
  }

  /** The calls return at once, or this would take a second for each chunk. */
  @Test
  void keepsNoMoreThanItsBoundHoweverMuchIsEmitted() {
    long chunks = Bounds.EMITTED_BYTES / Bounds.CHUNK_BYTES;
    for (int i = 0; i < chunks; i++) {
      epoch.bytes(new byte[Bounds.CHUNK_BYTES], "image/png", HERE);
    }

    assertThat(lost()).as("of " + chunks).isGreaterThan(chunks / 3.0);
  }
}
