package dev.sluice.topology.gate;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.run.Origin;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** When and where a re-routed record was first appended travels with it in a header. */
final class FirstAppend {
  static final String HEADER = "sluice-first-append";

  /** How long a record may have lain before it was re-routed: as long as a topic keeps it. */
  private static final long MOST_AGE_MS = Duration.ofDays(7).toMillis();

  private static final int BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int MAX_KEPT_BYTES = 8 * 1024;

  private FirstAppend() {}

  /** Where the record lies: what its order, its age and its run's submission time go by. */
  static Origin own(Cause cause) {
    return new Origin(cause.appendMs(), cause.partition(), cause.offset());
  }

  /**
   * Where the record was first appended, as far as that can be believed: it decides between two
   * limits of one tenant. Anybody can write such a header, so it may only make a record older, and
   * by no more than re-routing can take.
   */
  static Origin first(Headers headers, Cause cause) {
    var moved = read(headers.lastHeader(HEADER));
    return moved != null && moved.partition() != cause.partition() && isBefore(moved, cause)
        ? moved
        : own(cause);
  }

  private static boolean isBefore(Origin first, Cause cause) {
    return first.partition() >= 0
        && first.offset() >= 0
        && first.appendMs() <= cause.appendMs()
        && first.appendMs() >= cause.appendMs() - MOST_AGE_MS;
  }

  private static @Nullable Origin read(@Nullable Header header) {
    if (header == null || header.value() == null || header.value().length != BYTES) {
      return null;
    }
    var buffer = ByteBuffer.wrap(header.value());
    return new Origin(buffer.getLong(), buffer.getInt(), buffer.getLong());
  }

  private static byte[] write(Origin origin) {
    return ByteBuffer.allocate(BYTES)
        .putLong(origin.appendMs())
        .putInt(origin.partition())
        .putLong(origin.offset())
        .array();
  }

  private static int size(Headers headers) {
    int bytes = 0;
    for (var header : headers) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }

  /**
   * The record's headers with its first append, which an earlier re-routing may have set. Headers
   * of the user's that take more than {@link #MAX_KEPT_BYTES} together are left out: the record has
   * to fit its topic again.
   */
  static Headers keep(Headers headers, Cause cause) {
    var kept = new RecordHeaders();
    if (size(headers) <= MAX_KEPT_BYTES) {
      for (var header : headers) {
        if (!header.key().equals(HEADER)) {
          kept.add(header);
        }
      }
    }
    kept.add(HEADER, write(first(headers, cause)));
    return kept;
  }
}
