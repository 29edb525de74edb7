package dev.sluice.schemas.registry;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of the registry's schemas by id. Anybody may register any number of them, so the
 * least recently used are dropped first.
 *
 * <p>Safe for use by several threads.
 */
public final class KnownSchemas {
  /** A parsed schema takes some ten bytes for each character of its text. */
  private static final long MAX_CHARS = 4L * 1024 * 1024;

  private static final int CHARS_OF_ANY = 256;

  /** The schema registered under an id. */
  public sealed interface Found {
    record Avro(Schema schema) implements Found {}

    /** What can never be used to read a record. */
    record Broken(String problem) implements Found {}
  }

  private record Entry(Found found, long chars) {}

  /** Ours stay, and are not replaced by what somebody else registers. */
  private final Map<Integer, Found> own = new HashMap<>();

  private final Map<Integer, Entry> byId = new LinkedHashMap<>(64, 0.75f, true);
  private long chars;

  public synchronized @Nullable Found find(int id) {
    var ours = own.get(id);
    if (ours != null) {
      return ours;
    }
    var entry = byId.get(id);
    return entry == null ? null : entry.found();
  }

  synchronized void putOwn(int id, Schema schema) {
    own.put(id, new Found.Avro(schema));
  }

  /**
   * Caches the schema registered under an id.
   *
   * @param length of the schema's text
   */
  public synchronized void put(int id, Found found, int length) {
    var entry = new Entry(found, length + CHARS_OF_ANY);
    var former = byId.put(id, entry);
    chars += entry.chars() - (former == null ? 0 : former.chars());
    var oldest = byId.entrySet().iterator();
    while (chars > MAX_CHARS && byId.size() > 1) {
      chars -= oldest.next().getValue().chars();
      oldest.remove();
    }
  }
}
