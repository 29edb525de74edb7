package dev.sluice.topology.catalog.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.topology.catalog.view.PublicJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page under construction: the matches among the rows read so far. */
final class Page {
  private final int limit;
  private final @Nullable String after;
  private final Budget budget = new Budget();
  private final List<ObjectNode> found = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private @Nullable String last;
  private @Nullable String lastButOne;
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
      lastButOne = last;
      last = place;
    }
    return !full;
  }

  /** Shows the row that was taken last. */
  void add(ObjectNode item) {
    found.add(item);
    places.add(String.valueOf(last));
  }

  /** Ends the page before the row that was taken last: it is the next page's. */
  void endBefore() {
    last = lastButOne;
    full = true;
  }

  /** Ends the page behind the first {@code shown} of what it shows; at least one. */
  void endAfter(int shown) {
    found.subList(shown, found.size()).clear();
    last = places.get(shown - 1);
    full = true;
  }

  Budget budget() {
    return budget;
  }

  ObjectNode json(String name) {
    return PublicJson.page(name, found, full && last != null ? Cursors.write(last) : null);
  }
}
