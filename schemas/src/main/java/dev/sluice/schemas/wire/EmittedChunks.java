package dev.sluice.schemas.wire;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Headers;

/**
 * The header that says how many chunks an epoch has emitted on {@code outputs}. It stands on the
 * journal record that ends the epoch, and on the completion of a run that ended with it.
 */
public final class EmittedChunks {
  public static final String HEADER = "sluice-emitted";

  private EmittedChunks() {}

  public static byte[] header(long count) {
    return ByteBuffer.allocate(Long.BYTES).putLong(count).array();
  }

  /** The number; empty if nobody said it, or not as we do. */
  public static OptionalLong read(Headers headers) {
    var header = headers.lastHeader(HEADER);
    byte[] value = header == null ? null : header.value();
    if (value == null || value.length != Long.BYTES) {
      return OptionalLong.empty();
    }
    long count = ByteBuffer.wrap(value).getLong();
    return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
  }
}
