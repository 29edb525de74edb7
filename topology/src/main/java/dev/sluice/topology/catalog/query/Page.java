package dev.sluice.topology.catalog.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.topology.catalog.view.PublicJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of a list under way: what is found of the rows that were looked at so far. */
final class Page {
  private final int limit;
  private final @Nullable String after;
  private final Budget budget = new Budget();
  private final List<ObjectNode> found = new ArrayList<>();
  private @Nullable String last;
  private boolean full;

  /**
   * Begins one.
   *
   * @param after place of the last row that the page before has looked at; null for the first page
   */
  Page(int limit, @Nullable String after) {
    this.limit = limit;
    this.after = after;
    this.last = after;
  }

  /** Whether there may be room for another row. */
  boolean isOpen() {
    return !full;
  }

  /**
   * Whether the row at {@code place} is this page's to look at; if not for want of room, it ends.
   */
  boolean takes(String place) {
    if (full || place.equals(after)) {
      return false;
    }
    full = found.size() == limit || !budget.takeRow();
    if (!full) {
      last = place;
    }
    return !full;
  }

  void add(ObjectNode item) {
    found.add(item);
  }

  Budget budget() {
    return budget;
  }

  ObjectNode json(String name) {
    return PublicJson.page(name, found, full && last != null ? Cursors.write(last) : null);
  }
}
