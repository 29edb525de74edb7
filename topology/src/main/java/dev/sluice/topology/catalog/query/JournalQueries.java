package dev.sluice.topology.catalog.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.QueryStores;
import dev.sluice.topology.catalog.values.EntryValues;
import dev.sluice.topology.catalog.values.JournalPlace;
import dev.sluice.topology.catalog.values.JournalSource;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.topology.catalog.view.StepView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Pages of runs' journals, with or without the values in the records. */
public final class JournalQueries {
  /** Of records with their values, what a page has at most, unless its first alone is larger. */
  static final int VALUES_BYTES = 4 * 1024 * 1024;

  private final QueryStores stores;
  private final Aside aside;

  public JournalQueries(QueryStores stores, Aside aside) {
    this.stores = stores;
    this.aside = aside;
  }

  /** A row of the store, and its form for the answer. */
  private record Row(String key, @Nullable StepView view, ObjectNode json) {
    /** Without a place there is nothing to read back. */
    private @Nullable JournalPlace place() {
      return view == null ? null : new JournalPlace(view.partition(), view.offset(), key);
    }

    private int recordBytes() {
      return view == null ? 0 : view.bytes();
    }
  }

  /**
   * A page of a run's steps, in the order of its journal.
   *
   * @param all whether the other journal records are shown too: input, yields, fences, the end
   */
  public ObjectNode page(
      String tenant, String runId, boolean all, int limit, @Nullable String after) {
    var page = new Page(limit, after);
    rows(tenant, runId, all, after, page, Long.MAX_VALUE);
    return page.json("steps");
  }

  /**
   * The same with the values that stand in the records. It ends where it has {@link #VALUES_BYTES},
   * and where no more could be read in time.
   *
   * @throws dev.sluice.topology.catalog.values.JournalUnavailableException if none could
   */
  public ObjectNode pageWithValues(
      String tenant,
      String runId,
      boolean all,
      int limit,
      @Nullable String after,
      JournalSource journal) {
    var page = new Page(limit, after);
    var rows = rows(tenant, runId, all, after, page, VALUES_BYTES);
    var places = rows.stream().map(Row::place).filter(Objects::nonNull).toList();
    var reads = journal.read(places).iterator();
    int shown = 0;
    for (var row : rows) {
      if (row.place() != null) {
        if (!reads.hasNext()) {
          page.endAfter(shown);
          break;
        }
        EntryValues.add(row.json(), reads.next());
      }
      shown++;
    }
    return page.json("steps");
  }

  private List<Row> rows(
      String tenant, String runId, boolean all, @Nullable String after, Page page, long mostBytes) {
    var found = new ArrayList<Row>();
    long left = mostBytes;
    var from = ViewCodec.key(tenant, runId, after == null ? "" : after);
    try (var rows = stores.range(CatalogStores.JOURNAL, from, ViewCodec.after(tenant, runId))) {
      while (page.isOpen() && rows.hasNext()) {
        var next = rows.next();
        var parts = ViewCodec.parts(next.key);
        if (page.takes(String.join("\0", Arrays.asList(parts).subList(2, parts.length)))) {
          page.budget().add(next.value.length);
          var row = row(next.key, next.value);
          if (all || row.json().path("kind").asText().equals("STEP")) {
            left -= next.value.length + (long) row.recordBytes();
            if (left < 0 && !found.isEmpty()) {
              page.endBefore();
            } else {
              page.add(row.json());
              found.add(row);
            }
          }
        }
      }
    }
    return found;
  }

  private Row row(Bytes key, byte[] value) {
    var parts = ViewCodec.parts(key);
    var journalKey = parts[parts.length - 1];
    try {
      var view = Objects.requireNonNull(ViewCodec.read(value, StepView.class));
      return new Row(journalKey, view, PublicJson.step(view));
    } catch (RuntimeException e) {
      aside.entry(CatalogStores.JOURNAL, String.join("/", parts), e);
      var json = PublicJson.JSON.createObjectNode().put("kind", "UNREADABLE");
      return new Row(journalKey, null, json.put("key", journalKey));
    }
  }
}
