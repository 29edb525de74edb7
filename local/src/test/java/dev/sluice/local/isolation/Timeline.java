package dev.sluice.local.isolation;

import dev.sluice.verification.Latency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The windows of one run in the order in which they were taken: alone or beside an attack. A window
 * is compared with the windows alone that are nearest to it, because a machine is not the same for
 * minutes; how much windows alone differ among themselves, by the same measure, is the noise.
 */
final class Timeline {
  /** {@code -Disolation.aim}: short windows on a machine that nobody keeps quiet need more. */
  private static final double AIM = Double.parseDouble(System.getProperty("isolation.aim", "1.5"));

  /** On a machine slower than the usual one, where what an attack costs in any case weighs more. */
  private static final double AIM_WHERE_SLOW = 3;

  /** Above this the machine changes more from window to window than what is to be judged. */
  private static final double MOST_NOISE = 0.5;

  /** Of cores that others may take in nine of ten windows alone. */
  private static final double MOST_OTHERS = 0.3;

  /** The most on the usual machine: two cores like those of docs/isolation.md take 35 to 44 ms. */
  private static final double USUAL_ALONE_MS = 45;

  private static final long LONGEST_MS = 3_000;

  private static final int NEIGHBOURS = 4;
  private static final int MEASUREMENTS = 3;
  private static final double MOST = 0.9;
  private static final String ALONE = "";

  /**
   * @param attack its name; empty for a window alone
   */
  private record Window(String attack, Latency taken) {}

  private final List<Window> windows = new ArrayList<>();
  private final List<Double> others = new ArrayList<>();

  /**
   * @param othersCores how many cores were taken by what is no part of this
   */
  void alone(Latency taken, double othersCores) {
    windows.add(new Window(ALONE, taken));
    others.add(othersCores);
  }

  void beside(Attack attack, Latency taken) {
    windows.add(new Window(attack.name(), taken));
  }

  /** One for each window beside the attack: its p50 over that of its neighbours alone. */
  List<Double> ratios(Attack attack) {
    return ratios(attack.name());
  }

  private List<Double> ratios(String attack) {
    return of(attack).mapToObj(this::ratio).toList();
  }

  private double ratio(int window) {
    return (double) windows.get(window).taken().p50Ms() / Math.max(1, neighboursMs(window));
  }

  private long neighboursMs(int window) {
    var nearest =
        of(ALONE)
            .filter(other -> other != window)
            .boxed()
            .sorted(Comparator.comparingInt(other -> Math.abs(other - window)))
            .limit(NEIGHBOURS)
            .map(other -> (double) windows.get(other).taken().p50Ms())
            .toList();
    return Math.round(median(nearest));
  }

  /** What the windows alone nearest to its windows took, in the middle. */
  long aloneMs(Attack attack) {
    return Math.round(
        median(of(attack.name()).mapToObj(window -> (double) neighboursMs(window)).toList()));
  }

  long besideMs(Attack attack) {
    return Math.round(median(of(attack.name()).mapToObj(window -> (double) p50(window)).toList()));
  }

  private long p50(int window) {
    return windows.get(window).taken().p50Ms();
  }

  List<Long> longestMs(Attack attack) {
    return of(attack.name()).mapToObj(window -> windows.get(window).taken().maxMs()).toList();
  }

  /**
   * What is above a bound once may be a moment of the machine: the middle of three is not. Where
   * p50 is not judged it is not measured again for it.
   */
  boolean isToBeMeasuredAgain(Attack attack) {
    var ratios = ratios(attack);
    return !ratios.isEmpty()
        && (longestMs(attack).getFirst() > mostMs()
            || (ratios.getFirst() > aim() && disturbance().isEmpty()))
        && ratios.size() < MEASUREMENTS;
  }

  /** The middle of what was measured of it; 0 if nothing was. */
  double judged(Attack attack) {
    return median(ratios(attack));
  }

  long judgedLongestMs(Attack attack) {
    return Math.round(median(longestMs(attack).stream().map(Long::doubleValue).toList()));
  }

  /** How much slower one in ten of the windows alone is than its neighbours; 0.1 is a tenth. */
  double noise() {
    return Math.max(0, most(ratios(ALONE)) - 1);
  }

  /** How many cores others took in nine of ten windows alone, at most. */
  double othersCores() {
    return most(others);
  }

  private static double most(List<Double> values) {
    return values.isEmpty()
        ? 0
        : values.stream().sorted().toList().get((int) (MOST * (values.size() - 1)));
  }

  /**
   * The largest ratio that an attack may have: the aim, and what the machine does by itself.
   *
   * @param computing a neighbour that does nothing but compute
   */
  double bound(Attack computing) {
    return aim() + Math.max(noise(), judged(computing) - 1);
  }

  private double aim() {
    return slowness() > 1 ? AIM_WHERE_SLOW : AIM;
  }

  /** How many times as long as on the usual machine a run takes on this one; at least 1. */
  static double slowness(long aloneMs) {
    return Math.max(1, aloneMs / USUAL_ALONE_MS);
  }

  private double slowness() {
    return slowness(aloneMs());
  }

  /** The longest that a run may take: 3 s on the usual machine, in proportion on a slower one. */
  long mostMs() {
    return Math.round(LONGEST_MS * slowness());
  }

  /** What forbids to judge p50 here; empty if nothing does. */
  String disturbance() {
    if (othersCores() > MOST_OTHERS) {
      return String.format(Locale.ROOT, "others take %.2f of the cores", othersCores());
    }
    return noise() > MOST_NOISE ? "the machine changes too much by itself" : "";
  }

  /** The middle of all windows alone. */
  long aloneMs() {
    return Math.round(median(of(ALONE).mapToObj(window -> (double) p50(window)).toList()));
  }

  private IntStream of(String attack) {
    return IntStream.range(0, windows.size())
        .filter(window -> windows.get(window).attack().equals(attack));
  }

  private static double median(List<Double> values) {
    if (values.isEmpty()) {
      return 0;
    }
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
