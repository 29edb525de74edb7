package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailuresTest {
  @ParameterizedTest
  @ValueSource(classes = {OutOfMemoryError.class, InternalError.class, UnknownError.class})
  void theJvmsOwnDeathIsFatalAlsoAsACause(Class<? extends Error> type) throws Exception {
    var death = type.getConstructor().newInstance();

    assertThat(Failures.isFatal(death)).isTrue();
    assertThat(Failures.isFatal(new IllegalStateException(new ExecutionException(death)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        StackOverflowError.class,
        AssertionError.class,
        LinkageError.class,
        NoClassDefFoundError.class,
        RuntimeException.class,
        Exception.class
      })
  void whatIsAboutTheWorkInHandIsNot(Class<? extends Throwable> type) throws Exception {
    assertThat(Failures.isFatal(type.getConstructor().newInstance())).isFalse();
  }

  @Test
  void endsAlsoWhenCausesGoInACircle() {
    var one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("other", one));

    assertThat(Failures.isFatal(one)).isFalse();
  }
}
