package dev.sluice.local.isolation;

import dev.sluice.verification.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a healthy tenant noticed of each attack: docs/isolation.md. */
final class Table {
  /** Of the attacks, as in docs/isolation.md. */
  static final String ATTACKS =
      "| attack | what could go wrong | p50 without, ms | p50 with, ms | ratio | longest, ms | rule |";

  /** Of the outages, as there. */
  static final String OUTAGES = "| outage | over after, ms | longest, ms |";

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
    System.out.println(ATTACKS);
    System.out.println("|---|---|---|---|---|---|---|");
    attacks.forEach(attack -> System.out.println(text(attack)));
    System.out.println(OUTAGES);
    System.out.println("|---|---|---|");
    outages.forEach(outage -> System.out.println(text(outage)));
    System.out.printf(
        Locale.ROOT,
        "alone: %d ms; longest allowed: %d ms; noise: nine of ten windows alone are at most %.2f"
            + " times their neighbours; a neighbour that computes: %.2f; bound of p50: %.2f%s%n",
        timeline.aloneMs(),
        timeline.mostMs(),
        1 + timeline.noise(),
        timeline.judged(computing),
        timeline.bound(computing),
        isJudged() ? "" : "; p50 is NOT JUDGED: " + timeline.disturbance());
    attacks.stream()
        .filter(attack -> timeline.ratios(attack).size() > 1)
        .forEach(
            attack ->
                System.out.printf(
                    Locale.ROOT,
                    "measured again: %s: %s, longest %s%n",
                    attack.name(),
                    timeline.ratios(attack),
                    timeline.longestMs(attack)));
  }

  /** How the rule is cited in docs/isolation.md; empty for none. */
  static String link(Attack attack) {
    var number = attack.rule().split("-", 2)[0];
    return number.isEmpty() ? "" : "[%s](decisions/%s.md)".formatted(number, attack.rule());
  }

  private String text(Attack attack) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %d | %.2f | %d | %s |",
        attack.name(),
        attack.fear(),
        timeline.aloneMs(attack),
        timeline.besideMs(attack),
        timeline.judged(attack),
        timeline.judgedLongestMs(attack),
        link(attack));
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
      if (timeline.judgedLongestMs(attack) > timeline.mostMs()) {
        all.add("%s: the longest may be %d ms".formatted(text(attack), timeline.mostMs()));
      }
      if (isJudged() && timeline.judged(attack) > timeline.bound(computing)) {
        all.add(text(attack) + ": p50 is too far above alone");
      }
    }
    for (var outage : outages) {
      if (outage.beside().maxMs() > outage.tookMs() + timeline.mostMs()) {
        all.add(text(outage) + ": the longest waited for more than the outage");
      }
    }
    return all;
  }
}
