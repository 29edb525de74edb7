package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit is early for a dispatch, which a worker waits for, and for nothing else. */
final class EarlyCommitsTest {
  @TempDir private Path dir;

  @Test
  void aDispatchIsCommittedEarly() {
    try (var bed = new GateBed(dir)) {
      bed.tick();
      bed.heartbeat(1);
      bed.submit("acme", "first");
      assertThat(bed.paceAsked).as("of the first run").isOne();

      bed.submit("acme", "second");
      var dispatch = bed.dispatches().getFirst();
      bed.claim(dispatch);
      assertThat(bed.paceAsked).as("of a run without a slot, and of a claim").isOne();
    }
  }
}
