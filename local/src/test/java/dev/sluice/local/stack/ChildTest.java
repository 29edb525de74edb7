package dev.sluice.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildTest {
  /** What the JVM ends with when it is told to end for want of memory. */
  private static final int OUT_OF_MEMORY = 3;

  @Test
  void endsWhenItIsOutOfMemory(@TempDir Path dir) throws Exception {
    var child = Child.start("topics", 3, dir.resolve("topics.log"), List.of("topics", "--help"));
    try {
      var ended = child.onExit().get(60, TimeUnit.SECONDS);
      assertThat(ended.exitValue()).isEqualTo(OUT_OF_MEMORY);
    } finally {
      child.kill();
    }
  }
}
