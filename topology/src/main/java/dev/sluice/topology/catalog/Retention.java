package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Forgets trees of runs that ended long ago: their views here, and their records in the journal, of
 * which it writes the tombstones. A tree goes as a whole, because its runs need one another's
 * records: a child's input stands in its parent's journal, a child's end is read by its parent. So
 * nothing goes while one of its runs lives or could still be redriven.
 */
final class Retention {
  private static final int MAX_PER_SWEEP = 10_000;

  private final CatalogConfig config;
  private final Function<String, KeyValueStore<Bytes, byte[]>> stores;

  Retention(CatalogConfig config, Function<String, KeyValueStore<Bytes, byte[]>> stores) {
    this.config = config;
    this.stores = stores;
  }

  void sweep(long nowMs, Consumer<byte[]> tombstone) {
    long before = nowMs - Math.min(config.keepEnded().toMillis(), config.keepDead().toMillis());
    var ended = stores.apply(CatalogStores.ENDED);
    int swept = 0;
    try (var roots = ended.range(null, ViewCodec.key(ViewCodec.oldestFirst(before)))) {
      while (roots.hasNext() && swept < MAX_PER_SWEEP) {
        var key = roots.next().key;
        var name = ViewCodec.parts(key);
        var view = view(name[1], name[2]);
        if (view == null || !key.equals(CatalogStores.endedKey(view))) {
          ended.delete(key); // it was sent back since, and has ended later or not at all
        } else if (isOver(view, nowMs)) {
          swept += sweep(tree(view), nowMs, tombstone);
        }
      }
    }
    forgetUnreadable(nowMs);
  }

  private int sweep(List<RunView> tree, long nowMs, Consumer<byte[]> tombstone) {
    if (!tree.stream().allMatch(run -> mayGo(run, nowMs))) {
      return 0;
    }
    tree.forEach(run -> forget(run, tombstone));
    return tree.size();
  }

  private boolean isOver(RunView view, long nowMs) {
    var end = view.end();
    if (end == null || !view.hasEnded()) {
      return false;
    }
    var keep = view.standsDead() ? config.keepDead() : config.keepEnded();
    return nowMs - end.completedAtMs() > keep.toMillis();
  }

  /** Whether a run of a tree does not hold the tree back; how long ago it ended counts if DEAD. */
  private boolean mayGo(RunView view, long nowMs) {
    return view.hasEnded() && (!view.standsDead() || isOver(view, nowMs));
  }

  private List<RunView> tree(RunView root) {
    var tree = new ArrayList<RunView>();
    tree.add(root);
    for (int i = 0; i < tree.size(); i++) {
      addChildren(tree.get(i), tree);
    }
    return tree;
  }

  private void addChildren(RunView parent, List<RunView> tree) {
    var from = ViewCodec.key(parent.tenant(), parent.runId(), "");
    var to = ViewCodec.after(parent.tenant(), parent.runId());
    try (var children = stores.apply(CatalogStores.CHILDREN).range(from, to)) {
      while (children.hasNext()) {
        var child = view(parent.tenant(), ViewCodec.parts(children.next().key)[3]);
        if (child != null) {
          tree.add(child);
        }
      }
    }
  }

  private @Nullable RunView view(String tenant, String runId) {
    var key = ViewCodec.key(tenant, runId);
    return ViewCodec.read(stores.apply(CatalogStores.RUNS).get(key), RunView.class);
  }

  private void forget(RunView view, Consumer<byte[]> tombstone) {
    var journal = stores.apply(CatalogStores.JOURNAL);
    var from = ViewCodec.key(view.tenant(), view.runId(), "");
    try (var records = journal.range(from, ViewCodec.after(view.tenant(), view.runId()))) {
      while (records.hasNext()) {
        var key = records.next().key;
        tombstone.accept(ViewCodec.parts(key)[2].getBytes(StandardCharsets.UTF_8));
        journal.delete(key);
      }
    }
    var name = ViewCodec.key(view.tenant(), view.runId());
    stores.apply(CatalogStores.ORDER).delete(CatalogStores.orderKey(view));
    stores.apply(CatalogStores.PROGRESS).delete(name);
    stores.apply(CatalogStores.RUNS).delete(name);
    var ended = CatalogStores.endedKey(view);
    if (ended != null) {
      stores.apply(CatalogStores.ENDED).delete(ended);
    }
    var child = CatalogStores.childKey(view);
    if (child != null) {
      stores.apply(CatalogStores.CHILDREN).delete(child);
    }
    if (view.deadLetter() != null) {
      stores.apply(CatalogStores.DEAD).delete(ViewCodec.key(view.deadLetter()));
    }
  }

  /** Their bytes are gone from the topic by then. Letters lie in the order of their times. */
  private void forgetUnreadable(long nowMs) {
    var dead = stores.apply(CatalogStores.DEAD);
    boolean old = true;
    try (var all = dead.all()) {
      while (old && all.hasNext()) {
        var entry = all.next();
        var letter = ViewCodec.read(entry.value, JsonNode.class);
        old = letter == null || isOld(letter, nowMs);
        if (old && letter != null && letter.path("kind").asText().equals("UNREADABLE")) {
          dead.delete(entry.key);
        }
      }
    }
  }

  private boolean isOld(JsonNode letter, long nowMs) {
    long at = Instant.parse(letter.path("at").asText()).toEpochMilli();
    return nowMs - at > config.keepDead().toMillis();
  }
}
