package dev.sluice.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The busiest tenants, one per line of less than 80 characters. They are ordered by their peak
 * load, so that lines keep their place.
 */
final class TenantTable {
  private static final int BAR = 12;
  private static final String LINE = "%-9s %-4s %-12s %5s %6s %6s %9s %9s %9s";

  private final String block;
  private final Map<String, Integer> peaks = new HashMap<>();
  private List<JsonNode> tenants = List.of();

  /**
   * @param block what a bar is made of
   */
  TenantTable(char block) {
    this.block = String.valueOf(block);
  }

  static int sum(List<JsonNode> tenants, String field) {
    return tenants.stream().mapToInt(tenant -> tenant.path(field).asInt()).sum();
  }

  private static int work(JsonNode tenant) {
    return tenant.path("in_flight").asInt()
        + tenant.path("held").asInt()
        + tenant.path("ready").asInt();
  }

  /** Takes the gateway's list of tenants. */
  void take(List<JsonNode> now) {
    tenants = List.copyOf(now);
    now.forEach(one -> peaks.merge(one.path("tenant").asText(), work(one), Math::max));
  }

  /**
   * Two lines of headings, and at most {@code room} tenants.
   *
   * @param startLatencies the median of each tenant's latest, in milliseconds
   */
  List<String> lines(int room, Map<String, Long> startLatencies) {
    var lines = new ArrayList<String>();
    lines.add(LINE.formatted("", "", "in flight", "", "", "", "oldest", "oldest", "start"));
    lines.add(
        LINE.formatted(
            "tenant", "plan", "of cap", "", "held", "ready", "in flight", "queued", "p50"));
    tenants.stream()
        .sorted(
            Comparator.comparingInt(
                    (JsonNode tenant) -> -peaks.getOrDefault(tenant.path("tenant").asText(), 0))
                .thenComparing(tenant -> tenant.path("tenant").asText()))
        .limit(room)
        .map(tenant -> line(tenant, startLatencies.get(tenant.path("tenant").asText())))
        .forEach(lines::add);
    return lines;
  }

  private String line(JsonNode tenant, @org.jspecify.annotations.Nullable Long latency) {
    int inFlight = tenant.path("in_flight").asInt();
    int cap = tenant.path("cap").asInt();
    return LINE.formatted(
        tenant.path("tenant").asText(),
        tenant.path("limits").path("plan").asText("free"),
        bar(inFlight, cap),
        inFlight + "/" + cap,
        tenant.path("held").asInt(),
        tenant.path("ready").asInt(),
        age(tenant, List.of("oldest_in_flight")),
        age(tenant, List.of("oldest_held", "oldest_ready")),
        latency == null ? "-" : time(Duration.ofMillis(latency)));
  }

  private String bar(int inFlight, int cap) {
    int filled = cap == 0 ? 0 : Math.ceilDiv(BAR * inFlight, cap);
    return block.repeat(Math.min(BAR, filled)) + ".".repeat(Math.max(0, BAR - filled));
  }

  private static String age(JsonNode tenant, List<String> fields) {
    var ages =
        fields.stream()
            .map(field -> tenant.path(field).asText())
            .filter(text -> !text.isEmpty())
            .map(Duration::parse)
            .toList();
    return ages.isEmpty() ? "-" : time(Collections.max(ages));
  }

  private static String time(Duration duration) {
    return duration.toMillis() < 1_000
        ? duration.toMillis() + " ms"
        : "%.1f s".formatted(duration.toMillis() / 1_000.0);
  }
}
