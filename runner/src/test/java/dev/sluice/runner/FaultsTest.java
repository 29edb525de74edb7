package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a worker comes to its end by a fault of its own. */
@Timeout(60)
final class FaultsTest {
  private final List<Object> happened = Collections.synchronizedList(new ArrayList<>());

  private Faults faults(Runnable close) {
    var faults =
        new Faults(
            kind -> {
              happened.add(kind);
              close.run();
            },
            happened::add);
    faults.start();
    return faults;
  }

  @Test
  void tellsTheApplicationWhenTheWorkerHasClosed() throws Exception {
    var faults = faults(() -> {});
    var thrown = new AssertionError("a bug");

    faults.met("The thread control has ended", thrown);
    faults.met("The thread dispatch has ended", new OutOfMemoryError());
    faults.awaitTold();

    assertThat(happened)
        .containsExactly(
            FatalReason.Kind.THREAD_ENDED,
            new FatalReason(FatalReason.Kind.THREAD_ENDED, "The thread control has ended", thrown));
  }

  @Test
  void tellsAlsoWhenTheWorkerCannotBeClosedInOrder() throws Exception {
    var faults =
        faults(
            () -> {
              throw new NoClassDefFoundError("gone");
            });

    faults.met("The thread control has ended", new OutOfMemoryError());
    faults.awaitTold();

    assertThat(happened).hasSize(2).first().isEqualTo(FatalReason.Kind.JVM_FAILED);
  }

  @Test
  void letsNobodyWaitForAnApplicationThatFailsToTakeItIn() throws Exception {
    var faults =
        new Faults(
            kind -> {},
            reason -> {
              throw new NoClassDefFoundError("gone");
            });
    faults.start();

    faults.met("The thread control has ended", new AssertionError("a bug"));
    faults.awaitTold();

    assertThat(faults.hasMet()).isTrue();
  }

  @Test
  void tellsNothingOfAWorkerThatWasClosed() throws Exception {
    var told = new ArrayList<FatalReason>();
    var faults = new Faults(kind -> {}, told::add);

    faults.close();
    faults.met("The thread control has ended", new AssertionError());
    faults.start();

    assertThat(faults.hasMet()).isFalse();
    assertThat(told).isEmpty();
  }
}
