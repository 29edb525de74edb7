package dev.sluice.runner.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An agent's exception may do what it likes; its trace is kept within bounds all the same. */
final class StackTraceTest {
  /** Answers each question as its seed wants it. */
  private static final class Odd extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SplittableRandom random;
    private final transient List<Throwable> circle;

    Odd(SplittableRandom random, List<Throwable> circle) {
      super("odd");
      this.random = random;
      this.circle = circle;
      circle.add(this);
    }

    @Override
    public @Nullable String getMessage() {
      return switch (random.nextInt(5)) {
        case 0 -> throw new IllegalStateException("no message");
        case 1 -> throw new StackOverflowError("too deep");
        case 2 -> null;
        case 3 -> "é😀\n".repeat(random.nextInt(100_000));
        default -> "short";
      };
    }

    @Override
    public synchronized @Nullable Throwable getCause() {
      return switch (random.nextInt(4)) {
        case 0 -> throw new IllegalStateException("no cause");
        case 1 -> null;
        case 2 -> circle.get(random.nextInt(circle.size()));
        default -> new Odd(random, circle);
      };
    }

    @Override
    @SuppressWarnings("NullAway") // an agent's own class may return anything
    public StackTraceElement[] getStackTrace() {
      if (random.nextInt(4) == 0) {
        throw new IllegalStateException("no frames");
      }
      var frames = new StackTraceElement[random.nextInt(2_000)];
      for (int i = 0; i < frames.length; i++) {
        frames[i] =
            random.nextInt(50) == 0
                ? null
                : new StackTraceElement("C".repeat(random.nextInt(1, 500)), "m", "F.java", i);
      }
      return frames;
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void isBoundedAndSaysTheClassWhateverTheExceptionDoes(long seed) {
    var trace = StackTrace.of(new Odd(new SplittableRandom(seed), new ArrayList<>()));

    assertThat(trace).startsWith(Odd.class.getName());
    assertThat(trace.length()).isLessThanOrEqualTo(Bounds.STACK_TRACE_CHARS);
  }

  @Test
  void namesTheCauseWhereAllBeganHoweverManyLieBetween() {
    Throwable failure = new IllegalArgumentException("where all began");
    for (int i = 0; i < 50; i++) {
      failure = new IllegalStateException("wrapped " + i, failure);
    }

    assertThat(StackTrace.of(failure))
        .startsWith("java.lang.IllegalStateException: wrapped 49\n  at ")
        .contains("Caused by: java.lang.IllegalArgumentException: where all began\n  at ")
        .contains("StackTraceTest.namesTheCauseWhereAllBeganHoweverManyLieBetween(");
  }

  @Test
  void takesLittleForALongSentence() {
    var trace = StackTrace.of(new IllegalStateException("y".repeat(1_000_000)));

    assertThat(trace).contains("StackTraceTest.takesLittleForALongSentence(");
  }
}
