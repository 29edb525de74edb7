package dev.sluice.schemas.reading;

import dev.sluice.contract.Bounds;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes keys and values as bytes, within bounds. Kafka limits the size of a batch as sent.
 * Once uncompressed, one of its records may have a thousand times as many bytes, or a million
 * headers, and one poll may return hundreds of such records. This refuses each of them before it is
 * copied.
 */
final class BoundedBytes implements Deserializer<byte[]> {
  /** A poll that has brought so much brings no more; the first record always fits. */
  private static final int POLL_BYTES = 2 * Bounds.READ_BYTES + 1024 * 1024;

  /** What the objects of one header take in the heap, about. */
  private static final int HEADER_BYTES = 128;

  /** The record is larger than anything that is read. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLarge(String message) {
      super(message);
    }
  }

  /** The record has to wait for the next poll. */
  static final class PollFull extends RuntimeException {
    private static final long serialVersionUID = 1;

    PollFull() {
      super("the poll is full", null, false, false);
    }
  }

  private long polled;
  private boolean isFull;

  void beginPoll() {
    polled = 0;
    isFull = false;
  }

  /** Whether there is more at hand than the poll could take. */
  boolean isFull() {
    return isFull;
  }

  @Override
  public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
    return data;
  }

  @Override
  public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
    int bytes = data == null ? 0 : data.remaining();
    if (bytes > Bounds.READ_BYTES) {
      throw new TooLarge(
          "it has %d bytes once uncompressed, at most %d are read"
              .formatted(bytes, Bounds.READ_BYTES));
    }
    long taken = bytes + (long) HEADER_BYTES * count(headers);
    if (polled > 0 && polled + taken > POLL_BYTES) {
      isFull = true;
      throw new PollFull();
    }
    polled += taken;
    return data == null ? null : Utils.toNullableArray(data);
  }

  private static int count(Headers headers) {
    int count = 0;
    for (var ignored : headers) {
      if (++count > Bounds.RECORD_HEADERS) {
        throw new TooLarge("it has more than %d headers".formatted(Bounds.RECORD_HEADERS));
      }
    }
    return count;
  }
}
