package dev.sluice.topology.catalog.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.QueryStores;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.topology.catalog.view.SettingView;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Combines settings from all gate partitions. */
public final class SettingQueries {
  private final QueryStores stores;
  private final Aside aside;
  private final int gatePartitions;

  /**
   * Of these stores.
   *
   * @param gatePartitions in each of which a setting is
   */
  public SettingQueries(QueryStores stores, Aside aside, int gatePartitions) {
    this.stores = stores;
    this.aside = aside;
    this.gatePartitions = gatePartitions;
  }

  /** A page of the settings, by kind and name. */
  public ObjectNode all(int limit, @Nullable String after, long nowMs) {
    var names = new TreeSet<String>();
    try (var rows =
        stores.range(
            CatalogStores.SETTINGS,
            ViewCodec.key(after == null ? "" : after),
            ViewCodec.key("\uffff"))) {
      rows.forEachRemaining(row -> names.add(ViewCodec.parts(row.key)[0]));
    }
    var page = new Page(limit, after);
    for (var name : names) {
      if (page.isOpen() && page.takes(name)) {
        var json = one(SettingKey.parse(name), nowMs);
        if (json != null) {
          page.add(json);
        }
      }
    }
    return page.json("settings");
  }

  /** A setting; null if nothing is set. */
  public @Nullable ObjectNode one(SettingKey key, long nowMs) {
    var views = new ArrayList<SettingView>();
    int partitions = Math.min(gatePartitions, stores.partitions());
    for (int partition = 0; partition < partitions; partition++) {
      var view = view(key, partition);
      if (view != null && (view.value() != null || view.refused() != null)) {
        views.add(view);
      }
    }
    return views.isEmpty() ? null : json(key, views, nowMs);
  }

  private ObjectNode json(SettingKey key, List<SettingView> views, long nowMs) {
    var values = views.stream().map(SettingView::value).distinct().toList();
    var refused = views.stream().flatMap(view -> view.refusal().stream()).findFirst();
    var json = PublicJson.JSON.createObjectNode().put("setting", key.text());
    if (values.getFirst() != null) {
      json.set("value", values.getFirst());
    }
    json.put("partitions", gatePartitions)
        .put("in_force", views.stream().filter(view -> view.isInForce(nowMs)).count())
        .put("differs", values.size() > 1 || views.size() < gatePartitions);
    refused.ifPresent(why -> json.put("refused", why));
    return json;
  }

  private @Nullable SettingView view(SettingKey key, int partition) {
    try {
      byte[] stored =
          stores.store(CatalogStores.SETTINGS, partition).get(ViewCodec.key(key.text()));
      return ViewCodec.read(stored, SettingView.class);
    } catch (UnreadableView e) {
      aside.entry(CatalogStores.SETTINGS, key.text(), e);
      return null;
    }
  }
}
