package dev.sluice.topology.catalog.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.QueryStores;
import dev.sluice.topology.catalog.store.RunIndex;
import dev.sluice.topology.catalog.store.TenantNames;
import dev.sluice.topology.catalog.view.Progress;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.TenantView;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Answers from the stores of all partitions. Each answer reads a bounded number of rows; what
 * cannot be read back is shown as such and spoils nothing else.
 */
public final class CatalogQueries {
  private static final int MAX_CHILDREN_COUNTED = 10_000;

  private final QueryStores stores;
  private final Aside aside;
  private final Function<RunView, List<SettingKey>> brakes;

  /**
   * Answers from these stores.
   *
   * @param brakes the settings that keep a queued run from being started now
   */
  public CatalogQueries(
      QueryStores stores, Aside aside, Function<RunView, List<SettingKey>> brakes) {
    this.stores = stores;
    this.aside = aside;
    this.brakes = brakes;
  }

  /** A run; a placeholder if its view cannot be read back; null if it is unknown. */
  public @Nullable RunView run(String tenant, String runId) {
    var key = ViewCodec.key(tenant, runId);
    try {
      var view = ViewCodec.read(stores.get(CatalogStores.RUNS, key), RunView.class);
      boolean another =
          view != null && !(view.tenant().equals(tenant) && view.runId().equals(runId));
      if (another) {
        throw new UnreadableView("it is another run's", null);
      }
      return view;
    } catch (UnreadableView e) {
      aside.entry(CatalogStores.RUNS, tenant + "/" + runId, e);
      return RunView.unreadable(tenant, runId);
    }
  }

  private <T> @Nullable T known(String store, Bytes key, Class<T> type) {
    try {
      return ViewCodec.read(stores.get(store, key), type);
    } catch (UnreadableView e) {
      aside.entry(store, String.join("/", ViewCodec.parts(key)), e);
      return null;
    }
  }

  /** Whether the gate has passed a submission. */
  public boolean hasPassed(SubmissionPlace place) {
    var key = CatalogStores.passedKey(place.topic(), place.partition());
    var passed = known(CatalogStores.PASSED, key, Long.class);
    return passed != null && passed >= place.offset();
  }

  public ObjectNode json(RunView view) {
    return json(view, new Budget());
  }

  private ObjectNode json(RunView view, Budget budget) {
    if (view.isUnreadable()) {
      return PublicJson.unreadable(view.tenant(), view.runId());
    }
    var key = ViewCodec.key(view.tenant(), view.runId());
    try {
      var progress = known(CatalogStores.PROGRESS, key, Progress.class);
      byte[] output = view.hasEnded() ? stores.get(CatalogStores.OUTPUTS, key) : null;
      budget.add(output == null ? 0 : output.length);
      budget.add(traceLength(view));
      return PublicJson.run(
          view,
          tenantView(view.tenant()),
          view.isQueued() ? brakes.apply(view) : List.of(),
          progress == null ? Progress.NONE : progress,
          output);
    } catch (KafkaException environments) {
      throw environments;
    } catch (RuntimeException e) {
      aside.entry(CatalogStores.RUNS, view.tenant() + "/" + view.runId(), e);
      return PublicJson.unreadable(view.tenant(), view.runId());
    }
  }

  private static int traceLength(RunView view) {
    var error = view.end() == null ? null : view.end().error();
    return error == null || error.stackTrace() == null ? 0 : error.stackTrace().length();
  }

  /** A run with how many of its children have which status. */
  public ObjectNode withChildren(RunView view) {
    var json = json(view);
    var counts = new TreeMap<String, Integer>();
    try (var children =
        stores.range(
            CatalogStores.INDEX,
            ViewCodec.key(RunIndex.CHILDREN, view.tenant(), view.runId(), ""),
            ViewCodec.after(RunIndex.CHILDREN, view.tenant(), view.runId()))) {
      for (int i = 0; i < MAX_CHILDREN_COUNTED && children.hasNext(); i++) {
        var status = new String(children.next().value, StandardCharsets.UTF_8);
        counts.merge(status, 1, Integer::sum);
      }
    }
    if (!counts.isEmpty()) {
      json.set("children", PublicJson.JSON.valueToTree(counts));
    }
    return json;
  }

  /** What the gate said last of a tenant. */
  public @Nullable TenantView tenantView(String tenant) {
    return known(CatalogStores.TENANTS, ViewCodec.key(tenant), TenantView.class);
  }

  /**
   * A page of a tenant's runs, newest submission first; of a run's children in the order of their
   * numbers. It may be short, or empty, and still have a next one.
   */
  public ObjectNode runs(String tenant, RunFilter filter, int limit, @Nullable String after) {
    var prefix = filter.index(tenant);
    var page = new Page(limit, after);
    var from = ViewCodec.key(String.join("\0", prefix), after == null ? "" : after);
    try (var rows = stores.range(CatalogStores.INDEX, from, ViewCodec.after(prefix))) {
      while (page.isOpen() && rows.hasNext()) {
        var key = rows.next().key;
        var parts = ViewCodec.parts(key);
        if (parts.length != prefix.length + 2) {
          continue; // nothing of ours
        }
        var runId = parts[prefix.length + 1];
        if (page.takes(parts[prefix.length] + "\0" + runId)) {
          add(tenant, runId, key, filter, page);
        }
      }
    }
    return page.json("runs");
  }

  private void add(String tenant, String runId, Bytes key, RunFilter filter, Page page) {
    var view = run(tenant, runId);
    if (view != null && (view.isUnreadable() || leadsTo(key, view, filter))) {
      page.add(json(view, page.budget()));
    }
  }

  /** An index entry may be older than the run: then another one leads to it. */
  private static boolean leadsTo(Bytes key, RunView view, RunFilter filter) {
    return filter.accepts(view) && RunIndex.entries(view).containsKey(key);
  }

  /** A page of the tenants, by name. */
  public ObjectNode tenants(int limit, @Nullable String after, long nowMs) {
    var page = new Page(limit, after);
    try (var names = new TenantNames(stores, after)) {
      for (var name = names.next(); name != null && page.isOpen(); name = names.next()) {
        if (page.takes(name)) {
          page.add(tenant(name, nowMs));
        }
      }
    }
    return page.json("tenants");
  }

  public ObjectNode tenant(String name, long nowMs) {
    var key = ViewCodec.key(name);
    try {
      var limits = ViewCodec.read(stores.get(CatalogStores.LIMITS, key), JsonNode.class);
      var view = ViewCodec.read(stores.get(CatalogStores.TENANTS, key), TenantView.class);
      return PublicJson.tenant(name, view, limits, nowMs);
    } catch (UnreadableView e) {
      aside.entry(CatalogStores.TENANTS, name, e);
      return PublicJson.tenant(name, null, null, nowMs).put("unreadable", true);
    }
  }

  /**
   * A page of what stands in {@code dead-letters}: records that could not be read, and runs that
   * are DEAD and were not redriven since.
   *
   * @param filter of the letters' JSON
   */
  public ObjectNode deadLetters(Predicate<JsonNode> filter, int limit, @Nullable String after) {
    var page = new Page(limit, after);
    int first = after == null ? 0 : Integer.parseInt(after.substring(0, after.indexOf('-')));
    // Each partition's letters are sorted, those of several partitions together are not.
    for (int partition = first; partition < stores.partitions() && page.isOpen(); partition++) {
      try (var rows = letters(partition, partition == first ? after : null)) {
        addStanding(rows, filter, page);
      }
    }
    return page.json("dead_letters");
  }

  private void addStanding(
      KeyValueIterator<Bytes, byte[]> rows, Predicate<JsonNode> filter, Page page) {
    while (page.isOpen() && rows.hasNext()) {
      var row = rows.next();
      var place = ViewCodec.parts(row.key)[0];
      if (page.takes(place)) {
        page.budget().add(row.value.length);
        var letter = standing(place, row.value);
        if (letter != null && filter.test(letter)) {
          page.add(letter);
        }
      }
    }
  }

  private KeyValueIterator<Bytes, byte[]> letters(int partition, @Nullable String after) {
    var prefix = "%05d".formatted(partition);
    var from = ViewCodec.key(after == null ? prefix : after);
    return stores.range(CatalogStores.DEAD, from, ViewCodec.key(prefix + "~"));
  }

  private @Nullable ObjectNode standing(String place, byte[] value) {
    try {
      if (!(ViewCodec.read(value, JsonNode.class) instanceof ObjectNode letter)) {
        return null;
      }
      if (!letter.path("kind").asText().equals("DEAD_RUN")) {
        return letter;
      }
      var view = run(letter.path("tenant").asText(), letter.path("run_id").asText());
      var end = view == null ? null : view.end();
      return view != null && view.standsDead() && end != null && place.equals(view.deadLetter())
          ? letter.put("redrive", end.redrive())
          : null;
    } catch (UnreadableView e) {
      aside.entry(CatalogStores.DEAD, place, e);
      return PublicJson.JSON
          .createObjectNode()
          .put("kind", "UNREADABLE_LETTER")
          .put("place", place);
    }
  }
}
