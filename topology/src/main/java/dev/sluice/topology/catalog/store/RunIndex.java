package dev.sluice.topology.catalog.store;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The indexes by which runs are found. An entry's key begins with the kind of index, the tenant and
 * the indexed value, and ends with the run's place in the list and its id. An entry is only a hint:
 * a reader must check the run that it leads to.
 */
public final class RunIndex {
  public static final String ORDER = "o";
  public static final String STATUS = "s";
  public static final String AGENT = "a";
  public static final String LABEL = "l";
  public static final String ROOT = "r";

  /** Of children by their parents; the value is the child's status. */
  public static final String CHILDREN = "c";

  /** Of roots that have ended, by when they did; no tenant comes first. */
  public static final String ENDED = "e";

  private static final byte[] PRESENT = {1};
  private static final int NUMBER_DIGITS = 10;
  private static final int LABELS = 64;
  private static final int HASH_BYTES = 12;

  private RunIndex() {}

  /** Every entry that leads to a run. */
  public static Map<Bytes, byte[]> entries(RunView view) {
    var entries = new LinkedHashMap<Bytes, byte[]>();
    if (view.submittedAtMs() > 0) {
      addListed(view, entries);
    }
    var child = childKey(view);
    if (child != null) {
      entries.put(child, view.status().getBytes(StandardCharsets.UTF_8));
    }
    var ended = endedKey(view);
    if (ended != null) {
      entries.put(ended, PRESENT);
    }
    return entries;
  }

  private static void addListed(RunView view, Map<Bytes, byte[]> to) {
    var tenant = view.tenant();
    var place = ViewCodec.newestFirst(view.submittedAtMs());
    var id = view.runId();
    to.put(ViewCodec.key(ORDER, tenant, place, id), PRESENT);
    to.put(ViewCodec.key(STATUS, tenant, view.status(), place, id), PRESENT);
    to.put(ViewCodec.key(AGENT, tenant, view.agent(), place, id), PRESENT);
    to.put(ViewCodec.key(ROOT, tenant, view.rootRunId(), place, id), PRESENT);
    view.labels().entrySet().stream()
        .limit(LABELS)
        .forEach(
            label ->
                to.put(
                    ViewCodec.key(
                        LABEL, tenant, hash(label(label.getKey(), label.getValue())), place, id),
                    PRESENT));
  }

  /** Writes what differs between the entries of a run before and after a change. */
  public static void change(RunView before, RunView after, Changes to) {
    var old = entries(before);
    entries(after)
        .forEach(
            (key, value) -> {
              var known = old.remove(key);
              if (known == null || !Arrays.equals(known, value)) {
                to.put(CatalogStores.INDEX, key, value);
              }
            });
    old.keySet().forEach(key -> to.delete(CatalogStores.INDEX, key));
  }

  /** The key of a root among ended roots; null if it has not ended, or is not a root. */
  public static @Nullable Bytes endedKey(RunView view) {
    var end = view.end();
    return end == null || !view.hasEnded() || !view.isRoot()
        ? null
        : ViewCodec.key(
            ENDED, ViewCodec.oldestFirst(end.completedAtMs()), view.tenant(), view.runId());
  }

  /** The key of a run among its parent's children; null if it has no parent. */
  static @Nullable Bytes childKey(RunView view) {
    var parent = view.parentRunId();
    if (parent == null) {
      return null;
    }
    var number = view.runId().substring(view.runId().lastIndexOf('~') + 1);
    var padded = "0".repeat(Math.max(0, NUMBER_DIGITS - number.length())) + number;
    return ViewCodec.key(CHILDREN, view.tenant(), parent, padded, view.runId());
  }

  /** A label as one asks for it. */
  public static String label(String key, String value) {
    return key + ":" + value;
  }

  /** Labels are any text of any length, so the index has their hash. */
  public static String hash(String label) {
    byte[] full = sha256().digest(label.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(full, 0, HASH_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Where a journal record stands among its run's: by what its key says, so near its offset. */
  public static Bytes journalKey(JournalKey key) {
    int epoch = 0;
    int seq = 0;
    var what = "0";
    switch (key) {
      case JournalKey.Input input -> {}
      case JournalKey.Signal signal -> {
        what = "1";
        seq = signal.number();
      }
      case JournalKey.Fence fence -> {
        epoch = fence.epoch();
        what = "2";
      }
      case JournalKey.Entry entry -> {
        epoch = entry.epoch();
        what = "3";
        seq = entry.seq();
      }
    }
    var place = "%010d%s%010d".formatted(Math.max(0, epoch), what, Math.max(0, seq));
    return ViewCodec.key(key.tenant(), key.run(), place, key.text());
  }
}
