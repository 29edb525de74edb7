package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.run.Signal;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How signals meet waits, by examples. */
final class SignalTest {
  private final OneWorker worker = new OneWorker(1);

  SignalTest() {
    worker.submit("acme", "run", 0);
  }

  private static JournalEntry awaits(String name, long timeoutMs) {
    return new JournalEntry.SignalWait(name, timeoutMs, Map.of());
  }

  private long offsetOf(int position) {
    var signal = worker.longest().journal().positions().get(position).signal();
    return signal == null ? -1 : signal.offset();
  }

  @Test
  void aSignalThatComesBeforeTheWaitIsKept() {
    worker.signal("acme", "run", "go");

    worker.epoch(awaits("go", 60_000));

    assertThat(offsetOf(0)).isPositive();
    assertThat(worker.longest().run().inbox().untaken()).isEmpty();
  }

  @Test
  void aSignalOfAnotherNameEndsNoWait() {
    worker.epoch(awaits("go", 60_000));

    worker.signal("acme", "run", "stop");
    assertThat(worker.started()).containsExactly("run");
    worker.signal("acme", "run", "go");

    assertThat(worker.started()).containsExactly("run", "run");
    assertThat(worker.longest().run().inbox().untaken())
        .extracting(Signal::name)
        .containsExactly("stop");
  }

  @Test
  void eachOfTwoSignalsIsTakenOnce() {
    worker.signal("acme", "run", "go");
    worker.signal("acme", "run", "go");

    worker.epoch(awaits("go", 60_000));
    worker.epoch(awaits("go", 60_000));

    assertThat(offsetOf(0)).isPositive().isLessThan(offsetOf(1));
  }

  @Test
  void aWaitForeverIsNotOverAtOnce() {
    worker.epoch(awaits("go", Long.MAX_VALUE));
    worker.tick();

    assertThat(worker.started()).containsExactly("run");
  }
}
