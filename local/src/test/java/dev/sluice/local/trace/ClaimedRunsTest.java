package dev.sluice.local.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClaimedRunsTest {
  private final ClaimedRuns runs = new ClaimedRuns();

  @Test
  void aClaimReadBehindItsCompletionCountsForNothing() {
    runs.complete("acme/r-1", 1);
    runs.claim("acme/r-1", 1, "w-1.a");

    assertThat(runs.size()).isZero();
  }

  @Test
  void aRedrivenRunIsClaimedAgain() {
    runs.claim("acme/r-1", 1, "w-1.a");
    runs.complete("acme/r-1", 1);
    runs.claim("acme/r-1", 2, "w-2.b");

    assertThat(runs.size()).isOne();
    assertThat(runs.heldBy("w-2.b")).isOne();
    assertThat(runs.carriedOn()).isZero();
  }

  @Test
  void countsARunThatAnotherWorkerCarriesOn() {
    runs.claim("acme/r-1", 1, "w-1.a");
    runs.claim("acme/r-1", 2, "w-2.b");

    assertThat(runs.carriedOn()).isOne();
    assertThat(runs.heldBy("w-1.a")).isZero();
    assertThat(runs.heldBy("w-2.b")).isOne();
  }
}
