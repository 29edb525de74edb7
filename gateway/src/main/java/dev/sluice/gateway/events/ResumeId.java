package dev.sluice.gateway.events;

import dev.sluice.http.message.Problem;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The id of an event: how far its stream had come in each topic, so that any gateway can go on
 * behind it. Opaque to callers; whether it is one of ours, and of the same stream, is checked.
 *
 * @param next the next offset of each topic that the stream reads
 * @param epoch whose chunk was the last; 0 for none
 * @param number of that chunk
 * @param hole whether a chunk before that was missing
 * @param ended whether nothing follows
 */
record ResumeId(Map<Source, Long> next, int epoch, long number, boolean hole, boolean ended) {
  private static final byte VERSION = 1;
  private static final long NONE = -1;
  private static final int ENDED = 1;
  private static final int HOLE = 2;
  private static final int BYTES =
      1 + Integer.BYTES + 3 * Long.BYTES + Integer.BYTES + Long.BYTES + 1 + Integer.BYTES;

  ResumeId {
    next = Map.copyOf(next);
  }

  /** As text, for the stream that {@code scope} names. */
  String text(String scope) {
    var bytes = ByteBuffer.allocate(BYTES);
    bytes.put(VERSION).putInt(sum(scope));
    for (var source : Source.values()) {
      bytes.putLong(next.getOrDefault(source, NONE));
    }
    bytes.putInt(epoch).putLong(number).put((byte) ((ended ? ENDED : 0) | (hole ? HOLE : 0)));
    bytes.putInt(sum(bytes.array(), bytes.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads what a caller sends back.
   *
   * @throws Problem 400 if it is not an id of this stream
   */
  static ResumeId read(String text, String scope) {
    try {
      byte[] raw = Base64.getUrlDecoder().decode(text);
      var bytes = ByteBuffer.wrap(raw);
      if (raw.length != BYTES
          || bytes.get() != VERSION
          || bytes.getInt() != sum(scope)
          || bytes.getInt(BYTES - Integer.BYTES) != sum(raw, BYTES - Integer.BYTES)) {
        throw refused();
      }
      var next = new EnumMap<Source, Long>(Source.class);
      for (var source : Source.values()) {
        long offset = bytes.getLong();
        if (offset >= 0) {
          next.put(source, offset);
        }
      }
      int epoch = bytes.getInt();
      long number = bytes.getLong();
      byte flags = bytes.get();
      return new ResumeId(next, epoch, number, (flags & HOLE) != 0, (flags & ENDED) != 0);
    } catch (IllegalArgumentException | BufferUnderflowException notOurs) {
      throw refused();
    }
  }

  private static Problem refused() {
    return Problem.badRequest("Last-Event-ID is not the id of an event of this stream");
  }

  private static int sum(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return sum(bytes, bytes.length);
  }

  private static int sum(byte[] bytes, int length) {
    var crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
