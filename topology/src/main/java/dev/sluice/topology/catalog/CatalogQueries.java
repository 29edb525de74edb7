package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers from the stores of all partitions. */
final class CatalogQueries {
  private static final int MAX_RECORDS_READ = 100_000;

  private final KafkaStreams streams;

  CatalogQueries(KafkaStreams streams) {
    this.streams = streams;
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
            name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore()));
  }

  @Nullable RunView run(String tenant, String runId) {
    return ViewCodec.read(
        store(CatalogStores.RUNS).get(ViewCodec.key(tenant, runId)), RunView.class);
  }

  /** Whether the gate has passed this position of {@code runs}. */
  boolean hasPassed(int partition, long offset) {
    var passed =
        ViewCodec.read(
            store(CatalogStores.PASSED).get(ViewCodec.key(Integer.toString(partition))),
            Long.class);
    return passed != null && passed >= offset;
  }

  ObjectNode json(RunView view) {
    return PublicJson.run(view, tenantView(view.tenant()), steps(view));
  }

  private int steps(RunView view) {
    if (view.end() != null) {
      return view.end().steps();
    }
    return (int)
        journal(view.tenant(), view.runId()).stream()
            .filter(step -> step.kind().equals("STEP"))
            .map(StepView::seq)
            .distinct()
            .count();
  }

  @Nullable TenantView tenantView(String tenant) {
    return ViewCodec.read(
        store(CatalogStores.TENANTS).get(ViewCodec.key(tenant)), TenantView.class);
  }

  /** A page of a tenant's runs, newest submission first. */
  ObjectNode runs(String tenant, Predicate<RunView> filter, int limit, @Nullable String after) {
    var found = new ArrayList<ObjectNode>();
    String next = null;
    var from = after == null ? ViewCodec.key(tenant, "") : ViewCodec.key(tenant, after);
    try (var order = store(CatalogStores.ORDER).range(from, ViewCodec.after(tenant))) {
      while (order.hasNext() && next == null) {
        var parts = ViewCodec.parts(order.next().key);
        var cursor = parts[1] + "\0" + parts[2];
        var view = cursor.equals(after) ? null : run(tenant, parts[2]);
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

  ObjectNode deadLetters(int limit, @Nullable String after) {
    var found = new ArrayList<ObjectNode>();
    String next = null;
    var from = ViewCodec.key(after == null ? "" : after);
    try (var all = store(CatalogStores.DEAD).range(from, ViewCodec.after("~"))) {
      while (all.hasNext() && next == null) {
        var entry = all.next();
        var key = ViewCodec.parts(entry.key)[0];
        if (!key.equals(after)
            && ViewCodec.read(entry.value, JsonNode.class) instanceof ObjectNode json) {
          found.add(json);
          next = found.size() == limit && all.hasNext() ? key : null;
        }
      }
    }
    return PublicJson.page("dead_letters", found, next == null ? null : Cursors.write(next));
  }
}
