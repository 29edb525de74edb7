package dev.sluice.schemas.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PatienceTest {
  private static final Duration BUSY = Duration.ofMillis(10);
  private static final Duration ASKED = Duration.ofMillis(100);

  private final Patience patience = new Patience(BUSY);
  private long now = -50; // as a monotonic clock may be

  private Duration next() {
    return patience.of(ASKED, now);
  }

  private void emptyPolls(int count, Duration each) {
    for (int i = 0; i < count; i++) {
      now += each.toNanos();
      patience.polled(false, now);
    }
  }

  private void read() {
    patience.polled(true, now);
  }

  @Test
  void waitsForTheCommitIntervalAtMostBehindARecord() {
    emptyPolls(100, ASKED);

    read();

    assertThat(next()).isEqualTo(BUSY);
  }

  @Test
  void waitsForAsLongAsIsAskedForOnceAllIsCommitted() {
    read();

    emptyPolls(10, BUSY);

    assertThat(next()).isEqualTo(ASKED);
  }

  @Test
  void isShortUntilTheThreadCanHaveCommittedHoweverLongItStood() {
    read();

    emptyPolls(1, Duration.ofSeconds(5));

    assertThat(next()).isEqualTo(BUSY);
  }

  @Test
  void isShortWhilePollsReturnEarlyWithoutARecord() {
    read();

    emptyPolls(10, Duration.ofMillis(1));

    assertThat(next()).isEqualTo(BUSY);
  }

  @Test
  void neverWaitsForLongerThanIsAskedFor() {
    read();

    assertThat(patience.of(Duration.ZERO, now)).isZero();
  }
}
