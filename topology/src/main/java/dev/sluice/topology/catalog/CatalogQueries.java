package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Names;
import dev.sluice.v1.DeadLetterKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers from the stores of all partitions. */
final class CatalogQueries {
  private static final int MAX_RECORDS_READ = 100_000;
  private static final int MAX_CHILDREN_COUNTED = 10_000;

  private final Function<String, ReadOnlyKeyValueStore<Bytes, byte[]>> stores;
  private final IntSupplier partitions;

  /**
   * Answers from {@code stores}.
   *
   * @param partitions how many partitions there are
   */
  CatalogQueries(
      Function<String, ReadOnlyKeyValueStore<Bytes, byte[]>> stores, IntSupplier partitions) {
    this.stores = stores;
    this.partitions = partitions;
  }

  static CatalogQueries of(Supplier<KafkaStreams> streams) {
    return new CatalogQueries(
        name ->
            streams
                .get()
                .store(
                    StoreQueryParameters.fromNameAndType(
                        name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())),
        () -> partitions(streams.get()));
  }

  /** An instance reads all partitions: one task for each. */
  private static int partitions(KafkaStreams streams) {
    return 1
        + streams.metadataForLocalThreads().stream()
            .flatMap(thread -> thread.activeTasks().stream())
            .mapToInt(task -> task.taskId().partition())
            .max()
            .orElse(-1);
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name) {
    return stores.apply(name);
  }

  @Nullable RunView run(String tenant, String runId) {
    return ViewCodec.read(
        store(CatalogStores.RUNS).get(ViewCodec.key(tenant, runId)), RunView.class);
  }

  /** Whether the gate has passed a submission. */
  boolean hasPassed(SubmissionPlace place) {
    var key = CatalogStores.passedKey(place.topic(), place.partition());
    var passed = ViewCodec.read(store(CatalogStores.PASSED).get(key), Long.class);
    return passed != null && passed >= place.offset();
  }

  ObjectNode json(RunView view) {
    var progress =
        ViewCodec.read(
            store(CatalogStores.PROGRESS).get(ViewCodec.key(view.tenant(), view.runId())),
            Progress.class);
    return PublicJson.run(
        view, tenantView(view.tenant()), progress == null ? Progress.NONE : progress);
  }

  /** A run with how many of its children have which status. */
  ObjectNode withChildren(RunView view) {
    var json = json(view);
    var counts = new TreeMap<String, Integer>();
    try (var children =
        store(CatalogStores.CHILDREN)
            .range(
                ViewCodec.key(view.tenant(), view.runId(), ""),
                ViewCodec.after(view.tenant(), view.runId()))) {
      for (int i = 0; i < MAX_CHILDREN_COUNTED && children.hasNext(); i++) {
        var child = run(view.tenant(), ViewCodec.parts(children.next().key)[3]);
        if (child != null) {
          counts.merge(child.status(), 1, Integer::sum);
        }
      }
    }
    if (!counts.isEmpty()) {
      json.set("children", PublicJson.JSON.valueToTree(counts));
    }
    return json;
  }

  @Nullable TenantView tenantView(String tenant) {
    return ViewCodec.read(
        store(CatalogStores.TENANTS).get(ViewCodec.key(tenant)), TenantView.class);
  }

  /** A page of a tenant's runs, newest submission first. */
  ObjectNode runs(String tenant, Predicate<RunView> filter, int limit, @Nullable String after) {
    return runs(CatalogStores.ORDER, new String[] {tenant}, filter, limit, after);
  }

  /** A page of a run's children, in the order of their numbers. */
  ObjectNode children(
      String tenant, String parent, Predicate<RunView> filter, int limit, @Nullable String after) {
    return runs(CatalogStores.CHILDREN, new String[] {tenant, parent}, filter, limit, after);
  }

  /** Of an index whose keys begin with {@code prefix} and end with a place and a run's id. */
  private ObjectNode runs(
      String index, String[] prefix, Predicate<RunView> filter, int limit, @Nullable String after) {
    var found = new ArrayList<ObjectNode>();
    String next = null;
    var from = ViewCodec.key(String.join("\0", prefix), after == null ? "" : after);
    try (var order = store(index).range(from, ViewCodec.after(prefix))) {
      while (order.hasNext() && next == null) {
        var parts = ViewCodec.parts(order.next().key);
        var cursor = parts[prefix.length] + "\0" + parts[prefix.length + 1];
        var view = cursor.equals(after) ? null : run(prefix[0], parts[prefix.length + 1]);
        if (view != null && filter.test(view)) {
          found.add(json(view));
          next = found.size() == limit && order.hasNext() ? cursor : null;
        }
      }
    }
    return PublicJson.page("runs", found, next == null ? null : Cursors.write(next));
  }

  /** A page of the tenants, by name. */
  ObjectNode tenants(int limit, @Nullable String after, long nowMs) {
    var names = new TreeSet<String>();
    for (var store : List.of(CatalogStores.TENANTS, CatalogStores.LIMITS)) {
      try (var all = store(store).all()) {
        all.forEachRemaining(entry -> names.add(ViewCodec.parts(entry.key)[0]));
      }
    }
    names.remove("");
    var rest = after == null ? names : names.tailSet(after, false);
    var page = rest.stream().limit(limit).toList();
    var next = rest.size() > page.size() ? Cursors.write(page.get(page.size() - 1)) : null;
    var found = page.stream().map(name -> tenant(name, nowMs)).toList();
    return PublicJson.page("tenants", found, next);
  }

  /**
   * A page of a run's steps, in the order of its journal.
   *
   * @param all whether the other journal records are shown too: input, yields, fences, the end
   */
  ObjectNode journalPage(
      String tenant, String runId, boolean all, int limit, @Nullable String after) {
    long from = after == null ? -1 : Cursors.number(after);
    var rest =
        journal(tenant, runId).stream()
            .filter(step -> step.offset() > from && (all || step.kind().equals("STEP")))
            .toList();
    var page = rest.stream().limit(limit).toList();
    var next =
        rest.size() > page.size()
            ? Cursors.write(Long.toString(page.get(page.size() - 1).offset()))
            : null;
    return PublicJson.page("steps", page.stream().map(PublicJson::step).toList(), next);
  }

  ObjectNode tenant(String name, long nowMs) {
    var limits =
        ViewCodec.read(store(CatalogStores.LIMITS).get(ViewCodec.key(name)), JsonNode.class);
    var json = PublicJson.tenant(name, tenantView(name), limits, nowMs);
    oldest(name, nowMs).forEach(json::put);
    return json;
  }

  /** Ages of the oldest run in flight, and of the oldest queued one, which is held or ready. */
  private Map<String, String> oldest(String tenant, long nowMs) {
    return OldestRuns.of(this, tenant, nowMs);
  }

  /** Runs of the tenant that have not ended, up to {@code limit}. */
  List<RunView> live(String tenant, int limit) {
    var live = new ArrayList<RunView>();
    try (var keys =
        store(CatalogStores.LIVE).range(ViewCodec.key(tenant, ""), ViewCodec.after(tenant))) {
      while (keys.hasNext() && live.size() < limit) {
        var view = run(tenant, ViewCodec.parts(keys.next().key)[1]);
        if (view != null) {
          live.add(view);
        }
      }
    }
    return live;
  }

  List<StepView> journal(String tenant, String runId) {
    var steps = new ArrayList<StepView>();
    try (var records =
        store(CatalogStores.JOURNAL)
            .range(ViewCodec.key(tenant, runId, ""), ViewCodec.after(tenant, runId))) {
      while (records.hasNext() && steps.size() < MAX_RECORDS_READ) {
        var view = ViewCodec.read(records.next().value, StepView.class);
        if (view != null) {
          steps.add(view);
        }
      }
    }
    steps.sort(Comparator.comparingLong(StepView::offset));
    return steps;
  }

  /**
   * A page of what stands in {@code dead-letters}: records that could not be read, and runs that
   * are DEAD and were not redriven since.
   *
   * @param filter of the letters' JSON
   */
  ObjectNode deadLetters(Predicate<JsonNode> filter, int limit, @Nullable String after) {
    var found = new ArrayList<ObjectNode>();
    String next = null;
    int first = after == null ? 0 : Integer.parseInt(after.substring(0, after.indexOf('-')));
    // Each partition's letters are sorted, those of several partitions together are not.
    for (int partition = first; partition < partitions.getAsInt() && next == null; partition++) {
      var behind = partition == first ? after : null;
      next = deadLetters(partition, behind, filter, limit, found);
    }
    return PublicJson.page("dead_letters", found, next == null ? null : Cursors.write(next));
  }

  /** Adds a partition's letters up to {@code limit} in all; gives the last one's place if full. */
  private @Nullable String deadLetters(
      int partition,
      @Nullable String after,
      Predicate<JsonNode> filter,
      int limit,
      List<ObjectNode> found) {
    var prefix = "%05d".formatted(partition);
    var from = ViewCodec.key(after == null ? prefix : after);
    try (var all =
        store(CatalogStores.DEAD).range(from, ViewCodec.key(prefix + Names.CHILD_SEPARATOR))) {
      while (all.hasNext()) {
        var entry = all.next();
        var place = ViewCodec.parts(entry.key)[0];
        var letter = place.equals(after) ? null : standing(place, entry.value);
        if (letter != null && filter.test(letter)) {
          found.add(letter);
          if (found.size() == limit) {
            return place;
          }
        }
      }
    }
    return null;
  }

  private @Nullable ObjectNode standing(String place, byte[] value) {
    if (!(ViewCodec.read(value, JsonNode.class) instanceof ObjectNode letter)) {
      return null;
    }
    if (!letter.path("kind").asText().equals(DeadLetterKind.DEAD_RUN.name())) {
      return letter;
    }
    var view = run(letter.path("tenant").asText(), letter.path("run_id").asText());
    return view != null
            && view.standsDead()
            && view.end() != null
            && place.equals(view.deadLetter())
        ? letter.put("redrive", view.end().redrive())
        : null;
  }
}
