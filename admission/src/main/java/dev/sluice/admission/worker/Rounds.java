package dev.sluice.admission.worker;

import dev.sluice.admission.run.RunKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When each run has its turn to be told of. A round takes a period of lease time; within it every
 * run has one place, which follows from its name, so that turns are spread and stay where they are.
 * Derived from the runs alone.
 */
public final class Rounds {
  /** The run is null for what lies behind all runs of the place. */
  private record Place(long atMs, @Nullable RunKey run) {}

  /**
   * What is told next.
   *
   * @param told how far that comes
   * @param isOver whether the round is over with it
   */
  public record Next(List<RunKey> runs, Told told, boolean isOver) {}

  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::atMs)
          .thenComparing(Place::run, Comparator.nullsLast(Comparator.naturalOrder()));

  private final long periodMs;
  private final TreeSet<Place> places = new TreeSet<>(ORDER);

  public Rounds(long periodMs) {
    this.periodMs = periodMs;
  }

  public void add(RunKey run) {
    places.add(new Place(placeMs(run), run));
  }

  public void remove(RunKey run) {
    places.remove(new Place(placeMs(run), run));
  }

  /** Names that somebody chose to lie at one place only share it: {@link #next} is bounded. */
  private long placeMs(RunKey run) {
    long hash = mixed(run.hashCode());
    return hash * (periodMs >>> 32) + ((hash * (periodMs & 0xFFFF_FFFFL)) >>> 32);
  }

  /** Spreads numbers that lie near each other; the last step of MurmurHash3. */
  private static long mixed(int hash) {
    int mixed = (hash ^ (hash >>> 16)) * 0x85EB_CA6B;
    mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2_AE35;
    return Integer.toUnsignedLong(mixed ^ (mixed >>> 16));
  }

  /**
   * Up to {@code most} runs whose turn has come, in their order, and none behind the end of a
   * round. Where more turns come than are taken, rounds take longer, and none is left out.
   *
   * @param nowMs lease time
   */
  public Next next(Told from, long nowMs, int most) {
    var told = from;
    if (nowMs - told.untilMs() >= 2 * periodMs) {
      long rounds = (nowMs - told.untilMs()) / periodMs - 1;
      told = new Told(told.untilMs() + rounds * periodMs, told.last());
    }
    long firstMs = told.last() == null ? told.untilMs() + 1 : told.untilMs();
    long roundMs = Math.floorDiv(firstMs, periodMs) * periodMs;
    long lastMs = Math.min(nowMs, roundMs + periodMs - 1);
    if (firstMs > lastMs) {
      return new Next(List.of(), told, false);
    }
    var behind =
        told.last() == null
            ? new Place(firstMs - roundMs - 1, null)
            : new Place(firstMs - roundMs, told.last());
    var runs = new ArrayList<RunKey>();
    for (var place : places.subSet(behind, false, new Place(lastMs - roundMs, null), true)) {
      if (runs.size() == most) {
        return new Next(runs, told, false);
      }
      runs.add(place.run());
      told = new Told(roundMs + place.atMs(), place.run());
    }
    return new Next(runs, new Told(lastMs, null), lastMs == roundMs + periodMs - 1);
  }
}
