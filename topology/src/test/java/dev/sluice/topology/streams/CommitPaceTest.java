package dev.sluice.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CommitPaceTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may pass the largest
  private final CommitPace pace = new CommitPace(Duration.ofNanos(10), nanos::get);

  @Test
  void aThreadMayCommitAtOnceIfItsLastCommitIsAnIntervalAgo() {
    assertThat(pace.mayCommitNow()).as("before any commit").isTrue();

    pace.committed();
    nanos.addAndGet(9);
    assertThat(pace.mayCommitNow()).as("after 9 of 10").isFalse();

    nanos.addAndGet(1);
    assertThat(pace.mayCommitNow()).as("after 10 of 10").isTrue();
  }

  @Test
  void aThreadIsNotHeldUpByAnother() {
    pace.committed();

    assertThat(CompletableFuture.supplyAsync(pace::mayCommitNow).join()).isTrue();
    assertThat(pace.mayCommitNow()).isFalse();
  }
}
