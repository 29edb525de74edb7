package dev.sluice.topology.gate.parking;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.run.Origin;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The time and place of a re-routed record's first append, carried in a header. */
public final class FirstAppend {
  public static final String HEADER = "sluice-first-append";

  /** Where the record lies because of which the gate appended limits again. */
  private static final String REFUSED_HEADER = "sluice-refused";

  /** How long a record may have lain before it was re-routed: as long as a topic keeps it. */
  private static final long MOST_AGE_MS = Duration.ofDays(7).toMillis();

  private static final int BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int MAX_KEPT_BYTES = 8 * 1024;

  private FirstAppend() {}

  /** Where the record lies: what its order, its age and its run's submission time go by. */
  public static Origin own(Cause cause) {
    return new Origin(cause.appendMs(), cause.partition(), cause.offset());
  }

  /**
   * Where the record was first appended, as far as that can be believed: it decides between two
   * limits of one tenant. Anybody can write such a header, so it may only make a record older, and
   * by no more than re-routing can take.
   */
  public static Origin first(Headers headers, Cause cause) {
    var moved = read(headers.lastHeader(HEADER));
    if (moved != null && moved.partition() != cause.partition() && isBefore(moved, cause)) {
      return moved;
    }
    var parked = parked(headers, cause);
    return parked == null || isBehind(parked, cause) ? own(cause) : parked;
  }

  /**
   * Limits that the gate itself appended again.
   *
   * @param origin when and where they were first appended
   * @param refusedAt offset of the refused record because of which it did
   */
  public record Restored(Origin origin, long refusedAt) {}

  /** The headers of limits that are appended again because of the record just read. */
  public static Headers restored(@Nullable Origin origin, Cause cause) {
    var headers = new RecordHeaders();
    if (origin != null) {
      headers.add(HEADER, write(origin));
    }
    return behind(headers, own(cause));
  }

  /** The headers of limits that count as of a place before their own. */
  public static Headers behind(Headers headers, Origin place) {
    var kept = new RecordHeaders(headers);
    kept.remove(REFUSED_HEADER);
    kept.add(REFUSED_HEADER, write(place));
    return kept;
  }

  /**
   * Null for a record of anybody else's. Who forges the header of one can set no more by it than
   * without: it only makes the record older than it is.
   */
  public static @Nullable Restored restored(Headers headers, Cause cause) {
    var refused = read(headers.lastHeader(REFUSED_HEADER));
    boolean isBelieved =
        refused != null
            && refused.partition() == cause.partition()
            && refused.offset() >= 0
            && refused.offset() < cause.offset()
            && refused.appendMs() <= cause.appendMs();
    if (refused == null || !isBelieved) {
      return null;
    }
    var first = read(headers.lastHeader(HEADER));
    boolean isOlder = first != null && first.compareTo(refused) <= 0;
    return new Restored(first != null && isOlder ? first : refused, refused.offset());
  }

  private static boolean isBehind(Origin first, Cause cause) {
    return first.partition() == cause.partition() && first.offset() >= cause.offset();
  }

  /** Where the record was first appended if it was parked; null if that cannot be believed. */
  public static @Nullable Origin parked(Headers headers, Cause cause) {
    var parked = read(headers.lastHeader(Parking.HEADER));
    return parked != null && isBefore(parked, cause) ? parked : null;
  }

  private static boolean isBefore(Origin first, Cause cause) {
    return first.partition() >= 0
        && first.offset() >= 0
        && first.appendMs() <= cause.appendMs()
        && first.appendMs() >= cause.appendMs() - MOST_AGE_MS;
  }

  static @Nullable Origin read(@Nullable Header header) {
    if (header == null || header.value() == null || header.value().length != BYTES) {
      return null;
    }
    var buffer = ByteBuffer.wrap(header.value());
    return new Origin(buffer.getLong(), buffer.getInt(), buffer.getLong());
  }

  static byte[] write(Origin origin) {
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
  public static Headers keep(Headers headers, Cause cause) {
    var kept = users(headers, HEADER);
    kept.add(HEADER, write(first(headers, cause)));
    return kept;
  }

  /** The record's headers without the one of this name. */
  static Headers users(Headers headers, String without) {
    var kept = new RecordHeaders();
    boolean fit = size(headers) <= MAX_KEPT_BYTES;
    for (var header : headers) {
      boolean isOurs = header.key().equals(HEADER) || header.key().startsWith(Parking.HEADER);
      if ((fit || isOurs) && !header.key().equals(without)) {
        kept.add(header);
      }
    }
    return kept;
  }
}
