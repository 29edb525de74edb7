package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.DeadLetter;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GiantKeysTest {
  private static final int BYTES = 1_000_000;

  /** A megabyte that is not UTF-8 takes 12 ms to decode; its length says enough. */
  @ParameterizedTest
  @ValueSource(strings = {Topics.JOURNAL, Topics.TENANTS})
  void areSetAsideByTheirLength(String topic, @TempDir Path dir) {
    byte[] key = new byte[BYTES];
    new SplittableRandom(1).nextBytes(key);
    try (var bed = new GateBed(dir)) {
      bed.send(topic, key, new byte[] {1});

      assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class))
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).contains(BYTES + " bytes"));
    }
  }
}
