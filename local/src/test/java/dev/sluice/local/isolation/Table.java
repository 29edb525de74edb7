package dev.sluice.local.isolation;

import dev.sluice.verification.Latency;
import java.util.ArrayList;
import java.util.List;

/** What a healthy tenant noticed of each attack: docs/isolation.md. */
final class Table {
  private static final long LONGEST_MS = 3_000;

  /**
   * One attack.
   *
   * @param alone right before it
   */
  record Row(Attack attack, Latency alone, Latency beside) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  void add(Row row) {
    rows.add(row);
    System.out.println(text(row));
  }

  void fails(Attack attack, Throwable failure) {
    failures.add(attack.name() + ": " + failure);
    System.out.println(failures.getLast());
  }

  /** The middle of all rounds without an attack: one of them alone says little. */
  long aloneMs() {
    return middle(rows.stream().map(row -> row.alone().p50Ms()).sorted().toList(), 0.5);
  }

  /** By how much the rounds without an attack differ. */
  long noiseMs() {
    var all = rows.stream().map(row -> row.alone().p50Ms()).sorted().toList();
    return middle(all, 0.9) - middle(all, 0.1);
  }

  private static long middle(List<Long> sorted, double part) {
    return sorted.get((int) (part * (sorted.size() - 1)));
  }

  void print() {
    System.out.printf(
        "p50 alone: %d ms in the middle, noise %d ms; of %d attacks %d cost more than half of it%n",
        aloneMs(), noiseMs(), rows.size(), rows.stream().filter(this::isFelt).count());
    System.out.println("| attack | fear | p50 alone | p50 beside | longest | rule |");
    System.out.println("|---|---|---|---|---|---|");
    rows.forEach(row -> System.out.println(text(row)));
  }

  private boolean isFelt(Row row) {
    return row.beside().p50Ms() > aloneMs() * 3 / 2 + noiseMs();
  }

  private static String text(Row row) {
    var attack = row.attack();
    var number = attack.rule().split("-", 2)[0];
    var rule = number.isEmpty() ? "" : "[%s](decisions/%s.md)".formatted(number, attack.rule());
    return "| %s | %s | %d | %d | %d | %s |"
        .formatted(
            attack.name(),
            attack.fear(),
            row.alone().p50Ms(),
            row.beside().p50Ms(),
            row.beside().maxMs(),
            rule);
  }

  /** What is wrong, in words. */
  List<String> failures() {
    var all = new ArrayList<>(failures);
    for (var row : rows) {
      if (row.beside().maxMs() > LONGEST_MS) {
        all.add("%s: the longest may be %d ms".formatted(text(row), LONGEST_MS));
      }
    }
    return all;
  }
}
