package dev.sluice.topology.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.topology.StoredJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Views and their keys as bytes. Names hold no zero character, so it separates them. */
final class ViewCodec {
  private static final ObjectMapper JSON = StoredJson.mapper().build();

  private ViewCodec() {}

  static byte[] write(Object view) {
    try {
      return JSON.writeValueAsBytes(view);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + view, e);
    }
  }

  static <T> @Nullable T read(byte @Nullable [] data, Class<T> type) {
    try {
      return data == null ? null : JSON.readValue(data, type);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a " + type.getSimpleName(), e);
    }
  }

  static Bytes key(String... parts) {
    return Bytes.wrap(String.join("\0", parts).getBytes(StandardCharsets.UTF_8));
  }

  /** What follows every key that begins with {@code parts}. */
  static Bytes after(String... parts) {
    return Bytes.wrap((String.join("\0", parts) + "\1").getBytes(StandardCharsets.UTF_8));
  }

  static String[] parts(Bytes key) {
    return new String(key.get(), StandardCharsets.UTF_8).split("\0", -1);
  }

  /** Sorts the earliest end first. */
  static String oldestFirst(long endedAtMs) {
    return "%019d".formatted(endedAtMs);
  }

  /** Sorts the newest submission first. */
  static String newestFirst(long submittedAtMs) {
    return "%019d".formatted(Long.MAX_VALUE - submittedAtMs);
  }
}
