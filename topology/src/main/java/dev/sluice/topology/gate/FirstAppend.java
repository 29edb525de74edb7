package dev.sluice.topology.gate;

import dev.sluice.admission.Cause;
import dev.sluice.admission.Origin;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** When and where a re-routed record was first appended travels with it in a header. */
final class FirstAppend {
  static final String HEADER = "sluice-first-append";
  private static final int BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int MAX_KEPT_BYTES = 8 * 1024;

  private FirstAppend() {}

  static Origin of(Headers headers, Cause cause) {
    var header = headers.lastHeader(HEADER);
    return isWhole(header)
        ? read(header.value())
        : new Origin(cause.appendMs(), cause.partition(), cause.offset());
  }

  private static boolean isWhole(@Nullable Header header) {
    return header != null && header.value() != null && header.value().length == BYTES;
  }

  private static int size(Headers headers) {
    int bytes = 0;
    for (var header : headers) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }

  private static Origin read(byte[] value) {
    var buffer = ByteBuffer.wrap(value);
    return new Origin(buffer.getLong(), buffer.getInt(), buffer.getLong());
  }

  /**
   * The record's headers with its first append added, unless it has been re-routed before. Headers
   * of the user's that take more than {@link #MAX_KEPT_BYTES} together are left out: the record has
   * to fit its topic again.
   */
  static Headers keep(Headers headers, Cause cause) {
    var kept = new RecordHeaders();
    boolean fit = size(headers) <= MAX_KEPT_BYTES;
    for (var header : headers) {
      if (fit || header.key().equals(HEADER)) {
        kept.add(header);
      }
    }
    if (!isWhole(kept.lastHeader(HEADER))) {
      var value =
          ByteBuffer.allocate(BYTES)
              .putLong(cause.appendMs())
              .putInt(cause.partition())
              .putLong(cause.offset());
      kept.add(HEADER, value.array());
    }
    return kept;
  }
}
