package dev.sluice.local.isolation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How many cores processes that are not ours take meanwhile, and the host below a virtual machine;
 * 0 where {@code /proc} does not tell.
 */
final class Others {
  private static final Path STAT = Path.of("/proc/stat");
  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int STEAL = 7;
  private static final double TICKS_PER_SECOND = 100;

  private final long beginNs = System.nanoTime();
  private final double busyAtBegin = busySeconds();
  private final double oursAtBegin = oursSeconds();

  private Others() {}

  static Others fromNow() {
    return new Others();
  }

  double cores() {
    double busy = busySeconds() - busyAtBegin;
    double ours = oursSeconds() - oursAtBegin;
    double seconds = (System.nanoTime() - beginNs) / 1e9;
    return Math.max(0, (busy - ours) / seconds);
  }

  private static double busySeconds() {
    if (!Files.isReadable(STAT)) {
      return 0;
    }
    try (var lines = Files.lines(STAT)) {
      var ticks =
          Arrays.stream(lines.findFirst().orElseThrow().split(" +"))
              .skip(1)
              .mapToLong(Long::parseLong)
              .limit(STEAL + 1)
              .toArray();
      return (LongStream.of(ticks).sum() - ticks[IDLE] - ticks[WAITING]) / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double oursSeconds() {
    var self = ProcessHandle.current();
    return Stream.concat(Stream.of(self), self.descendants())
            .mapToLong(one -> one.info().totalCpuDuration().orElse(Duration.ZERO).toMillis())
            .sum()
        / 1e3;
  }
}
