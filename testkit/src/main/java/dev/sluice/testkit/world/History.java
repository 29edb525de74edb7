package dev.sluice.testkit.world;

import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Output;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What happened in a world. */
public final class History {
  private final Scenario scenario;
  private final Bodies bodies;
  private final Schedule schedule;
  private final List<JournalRecord> records;
  private final Map<String, Ended> ends;
  private final Noted noted;

  /**
   * What no journal tells.
   *
   * @param appended how many records the worker appended
   * @param fated the record at which its fate met it, in words; empty if it did not
   * @param mistakes what agents did that no worker notices
   * @param emitted what agents emitted, in order
   */
  record Noted(int appended, String fated, List<String> mistakes, List<Output> emitted) {
    Noted {
      mistakes = List.copyOf(mistakes);
      emitted = List.copyOf(emitted);
    }
  }

  History(
      Scenario scenario,
      Bodies bodies,
      Schedule schedule,
      MemoryJournal journal,
      Map<String, Ended> ends,
      Noted noted) {
    this.scenario = scenario;
    this.bodies = bodies;
    this.schedule = schedule;
    this.records = journal.records();
    this.ends = new TreeMap<>(ends);
    this.noted = noted;
  }

  Scenario scenario() {
    return scenario;
  }

  Bodies bodies() {
    return bodies;
  }

  Schedule schedule() {
    return schedule;
  }

  /** How many records the worker appended. */
  public int appended() {
    return noted.appended();
  }

  /** What agents did that a worker does not notice. */
  public List<String> mistakes() {
    return noted.mistakes();
  }

  /** Ids of the runs that ended, in order. */
  public List<String> runs() {
    return List.copyOf(ends.keySet());
  }

  /** How a run of the scenario ended. */
  public Ended end(String run) {
    return Objects.requireNonNull(ends.get(run), () -> "no run " + run + " has ended");
  }

  /** The journal of a run, as it was appended. */
  public List<JournalRecord> records(String run) {
    return records.stream().filter(record -> record.getRunId().equals(run)).toList();
  }

  /** What a run emitted, in order. */
  public List<Output> emitted(String run) {
    return noted.emitted().stream().filter(chunk -> chunk.getRunId().equals(run)).toList();
  }

  // --- two worlds beside each other

  /** The first thing that is not in this world as it was in {@code first}; empty if nothing is. */
  public Optional<String> difference(History first, Fate fate) {
    var runs = new TreeSet<>(ends.keySet());
    runs.addAll(first.ends.keySet());
    for (var run : runs) {
      var found = difference(run, lines(run), first.lines(run));
      if (found.isPresent()) {
        return found.map(what -> "%s %s: %s".formatted(fate.kind().text(), noted.fated(), what));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(String run, List<String> now, List<String> then) {
    for (int i = 0; i < Math.max(now.size(), then.size()); i++) {
      var here = at(now, i);
      var there = at(then, i);
      if (!Objects.equals(here, there)) {
        return Optional.of(
            "run %s, position %d: found %s, expected %s"
                .formatted(run, i + 1, orNothing(here), orNothing(there)));
      }
    }
    return Optional.empty();
  }

  private static @Nullable String at(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index) : null;
  }

  private static String orNothing(@Nullable String line) {
    return line == null ? "nothing" : line;
  }

  /** The positions of a run, in the order of its code, and its end, in words. */
  private List<String> lines(String run) {
    var lines = new ArrayList<String>();
    records(run).stream()
        .sorted(Comparator.comparingInt(History::place)) // stable: where two have one, as appended
        .forEach(record -> Entries.text(record.getEntry()).ifPresent(lines::add));
    var end = ends.get(run);
    if (end != null) {
      lines.add(end.text());
    }
    return lines;
  }

  /** The call that a record belongs to; numbers go on behind checkpoints and over epochs. */
  private static int place(JournalRecord record) {
    var place = record.getCodePosition();
    return place == null ? record.getSeq() : place;
  }
}
