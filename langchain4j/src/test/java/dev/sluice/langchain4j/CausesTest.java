package dev.sluice.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Chains of causes. */
final class CausesTest {
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void endsWhereTheyAreACircle() {
    var inner = new IOException("inner");
    var outer = new IllegalStateException("outer", inner);
    inner.initCause(outer);

    assertThat(Causes.of(outer)).startsWith(outer, inner).hasSizeLessThan(100);
    assertThat(Failures.of(outer, Instant.EPOCH)).isSameAs(outer);
  }
}
