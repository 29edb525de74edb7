package dev.sluice.topology.catalog.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.store.RunIndex;
import dev.sluice.topology.catalog.view.TenantView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what has been kept long enough, a bounded amount per call: trees of runs that ended long
 * ago, with their journal records; tenants without content; dead letters that are gone from their
 * topic. Each call continues where the last one stopped, so that entries that must stay do not
 * block others.
 */
public final class Retention {
  private static final int ROOTS = 2_000;

  /** What a sweep does of trees, which takes it some tenths of a second. */
  public static final int STEPS = 20_000;

  private static final int TENANTS = 2_000;
  private static final int LETTERS = 2_000;
  private static final Duration IDLE_TENANT = Duration.ofHours(24);
  private static final Duration UP_TO_DATE = Duration.ofMinutes(1);

  private final CatalogParts parts;
  private final Function<String, KeyValueStore<Bytes, byte[]>> stores;
  private @Nullable TreeWalk walk;
  private @Nullable Bytes lastRoot;
  private @Nullable Bytes lastTenant;
  private @Nullable Bytes lastLetter;

  Retention(CatalogParts parts, Function<String, KeyValueStore<Bytes, byte[]>> stores) {
    this.parts = parts;
    this.stores = stores;
  }

  /** A tree that is being looked at and has changed meanwhile is looked at again. */
  void changed(Changes changes) {
    if (walk != null && !walk.isDeleting() && changes.touches(walk.tenant(), walk.root())) {
      walk = null;
    }
  }

  /**
   * Forgets what can go.
   *
   * @param appendMs newest append time read
   * @param tombstone gets the keys of journal records to be wiped
   */
  void sweep(long nowMs, long appendMs, Consumer<byte[]> tombstone) {
    sweepTrees(nowMs, tombstone);
    lastTenant =
        each(
            CatalogStores.TENANTS, lastTenant, TENANTS, (key, view) -> tenant(key, view, appendMs));
    lastLetter =
        each(CatalogStores.DEAD, lastLetter, LETTERS, (key, letter) -> letter(key, letter, nowMs));
  }

  private interface Visitor {
    void visit(Bytes key, byte[] value);
  }

  /** Visits up to {@code most} entries behind {@code last}; gives the last one, null at the end. */
  private @Nullable Bytes each(String store, @Nullable Bytes last, int most, Visitor visitor) {
    try (var entries = stores.apply(store).range(last, null)) {
      Bytes at = null;
      for (int i = 0; i < most && entries.hasNext(); i++) {
        var entry = entries.next();
        at = entry.key;
        contained(store, entry.key, () -> visitor.visit(entry.key, entry.value));
      }
      return entries.hasNext() ? at : null;
    }
  }

  /** What cannot be read back is dropped: it is known again when it is next heard of. */
  private void contained(String store, Bytes key, Runnable visit) {
    try {
      visit.run();
    } catch (KafkaException environments) {
      throw environments;
    } catch (RuntimeException e) {
      parts.aside().entry(store, String.join("/", ViewCodec.parts(key)), e);
      stores.apply(store).delete(key);
    }
  }

  // --- trees

  /**
   * Nothing goes before all that live are known, and what was decided until just now: a root's end
   * says nothing of a run of its tree that is told of further on.
   */
  private boolean knowsAllThatLive() {
    return parts.behind().seconds() <= UP_TO_DATE.toSeconds()
        && new Followed(new Changes(stores), parts.aside()).isWhole();
  }

  private void sweepTrees(long nowMs, Consumer<byte[]> tombstone) {
    if (!knowsAllThatLive()) {
      walk = null;
      return;
    }
    int left = parts.sweepSteps();
    sweepRoots(nowMs, walk == null ? left : go(walk, left, tombstone), tombstone);
  }

  private void sweepRoots(long nowMs, int steps, Consumer<byte[]> tombstone) {
    int left = steps;
    long before = nowMs - parts.keeping().shortest().toMillis();
    var from = lastRoot == null ? ViewCodec.key(RunIndex.ENDED, "") : lastRoot;
    var to = ViewCodec.key(RunIndex.ENDED, ViewCodec.oldestFirst(before));
    if (from.compareTo(to) > 0) {
      lastRoot = null;
      return;
    }
    try (var roots = stores.apply(CatalogStores.INDEX).range(from, to)) {
      int looked = 0;
      while (left > 0 && looked < ROOTS && roots.hasNext()) {
        var key = roots.next().key;
        lastRoot = key;
        looked++;
        contained(CatalogStores.INDEX, key, () -> begin(key, nowMs));
        left = walk == null ? left - 1 : go(walk, left, tombstone);
      }
      if (left > 0 && !roots.hasNext()) {
        lastRoot = null;
      }
    }
  }

  private void begin(Bytes key, long nowMs) {
    var name = ViewCodec.parts(key, 4);
    var followed = new Followed(new Changes(stores), parts.aside());
    var candidate = new TreeWalk(parts, stores, nowMs, followed.from(), name[2], name[3]);
    var view = candidate.rootView();
    if (view == null || !key.equals(RunIndex.endedKey(view))) {
      stores.apply(CatalogStores.INDEX).delete(key); // sent back since: ended later or not at all
    } else if (candidate.isOver(view)) {
      walk = candidate;
    }
  }

  private int go(TreeWalk tree, int steps, Consumer<byte[]> tombstone) {
    int left = tree.go(steps, tombstone);
    if (tree.isDone()) {
      walk = null;
    }
    return left;
  }

  // --- tenants and letters

  private void tenant(Bytes key, byte[] value, long appendMs) {
    var view = ViewCodec.read(value, TenantView.class);
    boolean idle = view != null && view.isIdle() && appendMs - view.atMs() > IDLE_TENANT.toMillis();
    if (idle && stores.apply(CatalogStores.LIMITS).get(key) == null) {
      stores.apply(CatalogStores.TENANTS).delete(key);
    }
  }

  /** Its bytes are gone from the topic by then; the letter of a dead run goes with the run. */
  private void letter(Bytes key, byte[] value, long nowMs) {
    var letter = ViewCodec.read(value, JsonNode.class);
    if (letter == null || letter.path("kind").asText().equals("DEAD_RUN")) {
      return;
    }
    long at = Instant.parse(letter.path("at").asText()).toEpochMilli();
    if (nowMs - at > parts.keeping().dead().toMillis()) {
      stores.apply(CatalogStores.DEAD).delete(key);
    }
  }
}
