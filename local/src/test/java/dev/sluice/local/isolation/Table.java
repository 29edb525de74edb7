package dev.sluice.local.isolation;

import dev.sluice.verification.Latency;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What a healthy tenant noticed of each attack: docs/isolation.md. */
final class Table {
  static final long LONGEST_MS = 3_000;

  /**
   * Something was not there for a while.
   *
   * @param tookMs until it was there again
   */
  private record Outage(String what, Latency beside, long tookMs) {}

  private final Timeline timeline;
  private final Attack computing;
  private final List<Attack> attacks = new ArrayList<>();
  private final List<Outage> outages = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * @param computing the neighbour that does nothing but compute
   */
  Table(Timeline timeline, Attack computing) {
    this.timeline = timeline;
    this.computing = computing;
  }

  void add(Attack attack) {
    if (!timeline.ratios(attack).isEmpty()) { // else it has failed, and is told so
      attacks.add(attack);
    }
  }

  void outage(String what, Latency beside, long tookMs) {
    outages.add(new Outage(what, beside, tookMs));
    System.out.println(text(outages.getLast()));
  }

  void fails(String what, Throwable failure) {
    failures.add(what + ": " + failure);
    System.out.println(failures.getLast());
  }

  void print() {
    System.out.println("| attack | fear | alone | beside | times | each time | longest | rule |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    attacks.forEach(attack -> System.out.println(text(attack)));
    System.out.println("| outage | over after, ms | longest, ms |");
    System.out.println("|---|---|---|");
    outages.forEach(outage -> System.out.println(text(outage)));
    System.out.printf(
        Locale.ROOT,
        "alone: %d ms; noise: nine of ten windows alone are at most %.2f times their neighbours;"
            + " a neighbour that computes: %.2f; bound: %.2f%s%n",
        timeline.aloneMs(),
        1 + timeline.noise(),
        timeline.judged(computing),
        timeline.bound(computing),
        isJudged() ? "" : "; p50 is NOT JUDGED: " + timeline.disturbance());
  }

  private String text(Attack attack) {
    var number = attack.rule().split("-", 2)[0];
    var rule = number.isEmpty() ? "" : "[%s](decisions/%s.md)".formatted(number, attack.rule());
    var each =
        timeline.ratios(attack).stream()
            .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
            .toList();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %d | %.2f | %s | %d | %s |",
        attack.name(),
        attack.fear(),
        timeline.aloneMs(attack),
        timeline.besideMs(attack),
        timeline.judged(attack),
        each.size() > 1 ? String.join(", ", each) : "",
        Collections.max(timeline.longestMs(attack)),
        rule);
  }

  private boolean isJudged() {
    return timeline.disturbance().isEmpty();
  }

  private static String text(Outage outage) {
    return "| %s | %d | %d |".formatted(outage.what(), outage.tookMs(), outage.beside().maxMs());
  }

  /** What is wrong, in words. */
  List<String> failures() {
    var all = new ArrayList<>(failures);
    for (var attack : attacks) {
      if (timeline.judgedLongestMs(attack) > LONGEST_MS) {
        all.add("%s: the longest may be %d ms".formatted(text(attack), LONGEST_MS));
      }
      if (isJudged() && timeline.judged(attack) > timeline.bound(computing)) {
        all.add(text(attack) + ": p50 is too far above alone");
      }
    }
    for (var outage : outages) {
      if (outage.beside().maxMs() > outage.tookMs() + LONGEST_MS) {
        all.add(text(outage) + ": the longest waited for more than the outage");
      }
    }
    return all;
  }
}
