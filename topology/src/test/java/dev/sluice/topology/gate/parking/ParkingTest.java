package dev.sluice.topology.gate.parking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateBed;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Dispatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParkingTest {
  private static final byte[] UNKNOWN = {0, 0, 0, 99, 99, 1, 2};
  private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path dir;
  private GateBed bed;

  @BeforeEach
  void start() {
    bed = new GateBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void aRecordOfAnUnknownSchemaIsPutAsideAsItCame() {
    bed.send(Topics.RUNS, KEY, UNKNOWN, new RecordHeaders().add("users", new byte[] {5}));

    assertThat(bed.records(Topics.LOOKUPS))
        .singleElement()
        .satisfies(
            parked -> {
              assertThat(parked.key()).isEqualTo(KEY);
              assertThat(parked.value()).isEqualTo(UNKNOWN);
              assertThat(parked.headers().lastHeader("users")).isNotNull();
              assertThat(Parking.topic(parked.headers())).contains(Topics.RUNS);
            });
    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).isEmpty();
  }

  @Test
  void onlyOneThatTheRegistryDeniedForLongIsADeadLetter() {
    var verdict = "UNKNOWN_ID: no such id".getBytes(StandardCharsets.UTF_8);

    bed.send(Topics.RUNS, KEY, UNKNOWN, new RecordHeaders().add(Parking.VERDICT_HEADER, verdict));

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class))
        .singleElement()
        .satisfies(dead -> assertThat(dead.getReason()).contains("no such id"));
    assertThat(bed.records(Topics.LOOKUPS)).isEmpty();
  }

  @Test
  void whileTheRegistryIsAwayWhatIsKnownAndJsonGoesOn() {
    bed.heartbeat(10);
    bed.submit("acme", "before");
    bed.dispatches();
    bed.registry.close();
    long begun = System.nanoTime();

    bed.send(Topics.RUNS, KEY, UNKNOWN);
    bed.submit("other", "avro");
    bed.send(
        Topics.RUNS,
        KEY,
        "{\"tenant\":\"other\",\"run_id\":\"json\",\"agent\":\"echo\"}"
            .getBytes(StandardCharsets.UTF_8));

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    assertThat(bed.dispatches()).extracting(Dispatch::getRunId).containsExactly("avro", "json");
    assertThat(bed.records(Topics.LOOKUPS)).hasSize(1);
  }
}
