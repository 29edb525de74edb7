package dev.sluice.topology.catalog.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.topology.stored.StoredJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Encodes views and their keys as bytes. Names contain no zero character, so it separates them.
 * Reading and writing have the same limits, so everything that was written can be read back.
 */
public final class ViewCodec {
  /** Below the limit of a changelog's records, with room for the key and what surrounds them. */
  static final int MAX_BYTES = 3_500 * 1024;

  private static final ObjectMapper JSON =
      StoredJson.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private ViewCodec() {}

  /**
   * A view's bytes.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_BYTES} of them
   */
  public static byte[] write(Object view) {
    try {
      return checked(JSON.writeValueAsBytes(view));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a " + view.getClass().getSimpleName() + " cannot be written", e);
    }
  }

  /** The same for what is kept as it is. */
  public static byte[] checked(byte[] data) {
    if (data.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "an entry must have at most " + MAX_BYTES + " bytes, got " + data.length);
    }
    return data;
  }

  /**
   * Reads a view; null if there is none.
   *
   * @throws UnreadableView whatever is wrong with it
   */
  public static <T> @Nullable T read(byte @Nullable [] data, Class<T> type) {
    if (data == null) {
      return null;
    }
    try {
      var view = JSON.readValue(data, type);
      if (view == null) {
        throw new UnreadableView("a " + type.getSimpleName() + " is null", null);
      }
      return view;
    } catch (IOException | StackOverflowError e) {
      throw new UnreadableView("a " + type.getSimpleName() + " cannot be read back", e);
    }
  }

  public static Bytes key(String... parts) {
    return Bytes.wrap(String.join("\0", parts).getBytes(StandardCharsets.UTF_8));
  }

  /** What follows every key that begins with {@code parts}. */
  public static Bytes after(String... parts) {
    return Bytes.wrap((String.join("\0", parts) + "\1").getBytes(StandardCharsets.UTF_8));
  }

  public static String[] parts(Bytes key) {
    return new String(key.get(), StandardCharsets.UTF_8).split("\0", -1);
  }

  /**
   * The parts of a key that has {@code count} of them.
   *
   * @throws UnreadableView if it has more or fewer
   */
  public static String[] parts(Bytes key, int count) {
    var parts = parts(key);
    if (parts.length != count) {
      throw new UnreadableView("a key has " + parts.length + " parts, not " + count, null);
    }
    return parts;
  }

  /** Sorts the earliest end first. */
  public static String oldestFirst(long endedAtMs) {
    return "%019d".formatted(Math.max(0, endedAtMs));
  }

  /** Sorts the newest submission first. */
  public static String newestFirst(long submittedAtMs) {
    return "%019d".formatted(Long.MAX_VALUE - Math.max(0, submittedAtMs));
  }
}
