package dev.sluice.gateway.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which page of a list is asked for, or all; each page names its next one. */
final class PageOptions {
  @Option(names = "--limit", paramLabel = "N", description = "Page size, 1 to 1000.")
  private @Nullable Integer limit;

  @Option(
      names = "--after",
      paramLabel = "NEXT",
      description = "Continue after the page that had this next.")
  private @Nullable String after;

  @Option(
      names = "--all",
      description = "Print all pages. If it fails midway, next says where to continue.")
  private boolean all;

  boolean isGiven() {
    return limit != null || after != null || all;
  }

  /** Whether all pages are asked for, one after the other. */
  boolean isAll() {
    return all;
  }

  /** Lets the next query ask for the page behind this one. */
  void goOn(String next) {
    after = next;
  }

  /** Query parameters, to which others may be added. */
  Map<String, String> query() {
    var query = new HashMap<String, String>();
    put(query, "limit", limit);
    put(query, "after", after);
    return query;
  }

  /** Puts what was given; null was not. */
  static void put(Map<String, String> query, String name, @Nullable Object value) {
    if (value != null) {
      query.put(name, value.toString());
    }
  }
}
