package dev.sluice.runner.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LifeSignsTest {
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLong nowMs = new AtomicLong();
  private final LifeSigns life = new LifeSigns((why, cause) -> ended.incrementAndGet(), nowMs::get);

  static List<Throwable> anything() {
    return List.of(
        new IllegalStateException("a bug"),
        new StackOverflowError(),
        new OutOfMemoryError("heap"),
        new NoClassDefFoundError("gone"));
  }

  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    @SuppressWarnings("unchecked")
    var unchecked = (E) failure;
    throw unchecked;
  }

  @ParameterizedTest
  @MethodSource("anything")
  void theProcessEndsWithAThreadOfItsOwn(Throwable failure) throws InterruptedException {
    var thread = life.thread("loop", () -> LifeSignsTest.<RuntimeException>sneak(failure));
    thread.start();
    thread.join();

    assertThat(ended).hasValue(1);
  }

  @Test
  void aThreadThatIsToldToEndEndsAlone() throws InterruptedException {
    var thread = life.thread("loop", () -> {});
    thread.start();
    thread.join();
    life.closing();
    var late = life.thread("late", () -> LifeSignsTest.<RuntimeException>sneak(new Error("late")));
    late.start();
    late.join();

    assertThat(ended).hasValue(0);
  }

  @Test
  void aTimerGoesOnWhateverOneTurnThrows() {
    var turns = new ArrayList<Integer>();
    var timer =
        life.guarded(
            "timer",
            life.sign("timer", 1_000),
            () -> {
              turns.add(turns.size());
              throw new IllegalStateException("again");
            });

    timer.run();
    timer.run();

    assertThat(turns).hasSize(2);
    assertThat(ended).hasValue(0);
  }

  @Test
  void theEndOfTheJvmInATimerEndsTheProcess() {
    life.guarded(
            "timer",
            life.sign("timer", 1_000),
            () -> LifeSignsTest.<RuntimeException>sneak(new OutOfMemoryError()))
        .run();

    assertThat(ended).hasValue(1);
  }

  @Test
  void namesTheLoopsThatStand() {
    var one = life.sign("one", 1_000);
    life.sign("two", 2_000);

    nowMs.set(1_500);
    assertThat(life.standing()).containsExactly("one");
    one.turned();
    nowMs.set(2_100);

    assertThat(life.standing()).containsExactly("two");
  }
}
