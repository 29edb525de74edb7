package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that closes comes to the end of it, whatever goes wrong. */
final class OpenedTest {
  private final List<String> closed = new ArrayList<>();

  @AfterEach
  void takeFlag() {
    Thread.interrupted();
  }

  private AutoCloseable failing(String name, Error error) {
    return () -> {
      closed.add(name);
      throw error;
    };
  }

  @Test
  void closesTheOthersAlsoWhenMemoryRunsOutInOne() {
    var error = new OutOfMemoryError("planted");
    var parts = List.of(failing("one", error), failing("two", error), () -> closed.add("three"));

    assertThatThrownBy(() -> Opened.closeAll(parts)).isSameAs(error);
    assertThat(closed).containsExactly("one", "two", "three");
  }

  @Test
  void saysWhatWentWrongFirstAndTheRestBesideIt() {
    var first = new AssertionError("first");
    var second = new AssertionError("second");

    assertThatThrownBy(
            () -> Opened.closeAll(List.of(failing("one", first), failing("two", second))))
        .isSameAs(first)
        .hasSuppressedException(second);
  }

  @Test
  void keepsAnInterruptOfWhoClosesFromEachPartAndGivesItBack() {
    var flags = new ArrayList<Boolean>();
    AutoCloseable part =
        () -> {
          flags.add(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt(); // once more
        };
    Thread.currentThread().interrupt();

    Opened.closeAll(List.of(part, part));

    assertThat(flags).containsExactly(false, false);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }
}
