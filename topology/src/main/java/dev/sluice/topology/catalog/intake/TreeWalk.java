package dev.sluice.topology.catalog.intake;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.RunIndex;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Checks every run of a tree that ended long ago, then wipes them all, the root last. A tree is
 * wiped as a whole, because its runs need one another's records: a child's input is in its parent's
 * journal, and a child's end is read by its parent. So nothing is wiped while one of its runs
 * lives, could still be redriven, or has not been followed from its end on. A tree may be of any
 * size, so it can be left after any step and taken up again.
 */
final class TreeWalk {
  /** A run on the way from the root, and the last of its children that was gone into. */
  private static final class Place {
    private final String run;
    private @Nullable Bytes lastChild;

    Place(String run) {
      this.run = run;
    }
  }

  private final CatalogParts parts;
  private final Function<String, KeyValueStore<Bytes, byte[]>> stores;
  private final long nowMs;
  private final long followedFrom;
  private final String tenant;
  private final String root;
  private final Deque<Place> way = new ArrayDeque<>();
  private boolean deleting;

  /**
   * Begins at the root.
   *
   * @param followedFrom from which offset on {@code decisions} were followed
   */
  TreeWalk(
      CatalogParts parts,
      Function<String, KeyValueStore<Bytes, byte[]>> stores,
      long nowMs,
      long followedFrom,
      String tenant,
      String root) {
    this.parts = parts;
    this.stores = stores;
    this.nowMs = nowMs;
    this.followedFrom = followedFrom;
    this.tenant = tenant;
    this.root = root;
    way.push(new Place(root));
  }

  String tenant() {
    return tenant;
  }

  String root() {
    return root;
  }

  boolean isDeleting() {
    return deleting;
  }

  boolean isDone() {
    return way.isEmpty();
  }

  @Nullable RunView rootView() {
    return view(root);
  }

  private @Nullable RunView view(String run) {
    return ViewCodec.read(
        stores.apply(CatalogStores.RUNS).get(ViewCodec.key(tenant, run)), RunView.class);
  }

  /** Whether a run ended long enough ago. */
  boolean isOver(RunView view) {
    var end = view.end();
    if (end == null || !view.hasEnded()) {
      return false;
    }
    var keep = parts.keeping().of(view);
    return nowMs - end.completedAtMs() > keep.toMillis();
  }

  /**
   * Whether a run does not hold the tree back; how long ago it ended counts if it is DEAD. One
   * whose end is known from {@code completions} alone may have been redriven: whoever has not read
   * every decision since does not know.
   */
  private boolean mayGo(RunView view) {
    var end = view.end();
    return end != null
        && view.hasEnded()
        && (!view.standsDead() || isOver(view))
        && view.decided() >= followedFrom
        && view.epoch() <= end.epochs();
  }

  /** Takes up to {@code steps} steps and gives how many are left. */
  int go(int steps, Consumer<byte[]> tombstone) {
    int left = steps;
    while (left > 0 && !way.isEmpty()) {
      left -= deleting ? delete(left, tombstone) : look();
    }
    return left;
  }

  private int look() {
    var place = way.getFirst();
    if (place.lastChild == null && !mayGo(place.run)) {
      way.clear();
    } else if (!enterNextChild(place)) {
      way.pop();
      if (way.isEmpty()) {
        deleting = true;
        way.push(new Place(root));
      }
    }
    return 1;
  }

  private boolean mayGo(String run) {
    try {
      var view = view(run);
      return view == null || mayGo(view);
    } catch (UnreadableView e) {
      parts.aside().entry(CatalogStores.RUNS, tenant + "/" + run, e);
      return false;
    }
  }

  private boolean enterNextChild(Place place) {
    var from =
        place.lastChild == null
            ? ViewCodec.key(RunIndex.CHILDREN, tenant, place.run, "")
            : place.lastChild;
    var to = ViewCodec.after(RunIndex.CHILDREN, tenant, place.run);
    try (var children = stores.apply(CatalogStores.INDEX).range(from, to)) {
      while (children.hasNext()) {
        var key = children.next().key;
        var name = ViewCodec.parts(key);
        if (!key.equals(place.lastChild) && name.length == 5) {
          place.lastChild = key;
          way.push(new Place(name[4]));
          return true;
        }
      }
      return false;
    }
  }

  private int delete(int most, Consumer<byte[]> tombstone) {
    var place = way.getFirst();
    if (enterNextChild(place)) {
      return 1;
    }
    int wiped = wipeJournal(place.run, most, tombstone);
    if (wiped < most) {
      forget(place.run);
      way.pop();
      var parent = way.peek();
      if (parent != null && parent.lastChild != null) {
        stores.apply(CatalogStores.INDEX).delete(parent.lastChild);
      }
    }
    return wiped + 1;
  }

  private int wipeJournal(String run, int most, Consumer<byte[]> tombstone) {
    var journal = stores.apply(CatalogStores.JOURNAL);
    int wiped = 0;
    try (var records =
        journal.range(ViewCodec.key(tenant, run, ""), ViewCodec.after(tenant, run))) {
      while (wiped < most && records.hasNext()) {
        var key = records.next().key;
        var parts = ViewCodec.parts(key);
        var text = parts[parts.length - 1];
        if (isOf(run, text)) {
          tombstone.accept(text.getBytes(StandardCharsets.UTF_8));
        }
        journal.delete(key);
        wiped++;
      }
    }
    return wiped;
  }

  private boolean isOf(String run, String text) {
    try {
      var key = JournalKey.parse(text);
      return key.tenant().equals(tenant) && key.run().equals(run);
    } catch (IllegalArgumentException broken) {
      return false;
    }
  }

  private void forget(String run) {
    var name = ViewCodec.key(tenant, run);
    try {
      var view = view(run);
      if (view != null) {
        var index = stores.apply(CatalogStores.INDEX);
        RunIndex.entries(view).keySet().forEach(index::delete);
        if (view.deadLetter() != null) {
          stores.apply(CatalogStores.DEAD).delete(ViewCodec.key(view.deadLetter()));
        }
      }
    } catch (UnreadableView e) {
      parts.aside().entry(CatalogStores.RUNS, tenant + "/" + run, e);
    }
    stores.apply(CatalogStores.PROGRESS).delete(name);
    stores.apply(CatalogStores.OUTPUTS).delete(name);
    stores.apply(CatalogStores.RUNS).delete(name);
  }
}
