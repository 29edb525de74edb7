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
   * A process was killed and started again.
   *
   * @param tookMs from its death until it was ready again
   */
  private record Restart(String process, Latency beside, long tookMs) {}

  private final Timeline timeline;
  private final Attack computing;
  private final List<Attack> attacks = new ArrayList<>();
  private final List<Restart> restarts = new ArrayList<>();
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

  void restarted(String process, Latency beside, long tookMs) {
    restarts.add(new Restart(process, beside, tookMs));
    System.out.println(text(restarts.getLast()));
  }

  void fails(String what, Throwable failure) {
    failures.add(what + ": " + failure);
    System.out.println(failures.getLast());
  }

  void print() {
    System.out.println("| attack | fear | alone | beside | times | each time | longest | rule |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    attacks.forEach(attack -> System.out.println(text(attack)));
    System.out.println("| killed | ready again after, ms | longest, ms |");
    System.out.println("|---|---|---|");
    restarts.forEach(restart -> System.out.println(text(restart)));
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

  private static String text(Restart restart) {
    return "| %s | %d | %d |"
        .formatted(restart.process(), restart.tookMs(), restart.beside().maxMs());
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
    for (var restart : restarts) {
      if (restart.beside().maxMs() > restart.tookMs() + LONGEST_MS) {
        all.add(text(restart) + ": the longest waited for more than the restart");
      }
    }
    return all;
  }
}
