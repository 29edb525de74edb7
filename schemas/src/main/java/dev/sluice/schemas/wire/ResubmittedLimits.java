package dev.sluice.schemas.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of limits of a tenant that were set aside and are sent back: where they lay. It is a
 * condition: they hold only if no limits have been set behind that place.
 *
 * @param appendMs when they were first appended, in milliseconds since the epoch
 * @param partition of {@code tenants}
 */
public record ResubmittedLimits(long appendMs, int partition, long offset) {
  public static final String HEADER = "sluice-resubmitted";

  private static final int BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

  public static byte[] header(long appendMs, int partition, long offset) {
    return ByteBuffer.allocate(BYTES).putLong(appendMs).putInt(partition).putLong(offset).array();
  }

  /** Null if the header has another length. */
  public static @Nullable ResubmittedLimits read(byte @Nullable [] header) {
    if (header == null || header.length != BYTES) {
      return null;
    }
    var buffer = ByteBuffer.wrap(header);
    return new ResubmittedLimits(buffer.getLong(), buffer.getInt(), buffer.getLong());
  }
}
