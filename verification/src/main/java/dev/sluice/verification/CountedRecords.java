package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the journal records that count, from nothing but the fences and the names of the epochs'
 * holders: those that the epoch's holder wrote before the epoch was fenced, yielded or ended.
 */
final class CountedRecords {
  /** A record that counts. */
  record Counted(RunName run, JournalKey.Entry key, JournalRecord record, Place at) {}

  private record EpochOf(RunName run, int epoch) {}

  private final Map<EpochOf, String> holders = new HashMap<>();
  private final Map<RunName, Integer> fences = new HashMap<>();
  private final Set<EpochOf> over = new HashSet<>();
  private final Map<RunName, Integer> last = new HashMap<>();
  private final Map<RunName, Set<Integer>> places = new HashMap<>();
  private final Map<RunName, List<Counted>> byRun = new HashMap<>();
  private final Map<String, Counted> byKey = new HashMap<>();
  private final List<Counted> twice = new ArrayList<>();
  private int voids;

  CountedRecords(History history) {
    nameHolders(history);
    history.journal().forEach(this::take);
  }

  /**
   * The gate says who holds an epoch. Of one whose dispatch it gave up it does not: there the first
   * claim names the holder. One that was returned has none, whoever claims it later.
   */
  private void nameHolders(History history) {
    var returned = new HashSet<EpochOf>();
    for (var decided : history.decisions()) {
      var decision = decided.decision();
      if (decision.getKind() == DecisionKind.CLAIM) {
        holders.putIfAbsent(epochOf(decision), String.valueOf(decision.getIncarnation()));
      } else if (decision.getKind() == DecisionKind.RETURN) {
        returned.add(epochOf(decision));
      }
    }
    for (var answered : history.answers()) {
      var answer = answered.answer();
      var epoch =
          new EpochOf(new RunName(answer.getTenant(), answer.getRunId()), answer.getEpoch());
      if (answer.getKind() == AnswerKind.CLAIM && !returned.contains(epoch)) {
        holders.putIfAbsent(epoch, answer.getIncarnation());
      }
    }
  }

  private static EpochOf epochOf(Decision decision) {
    return new EpochOf(RunName.of(decision), decision.getEpoch());
  }

  private void take(History.Journaled journaled) {
    if (journaled.key() instanceof JournalKey.Fence fence) {
      fences.merge(new RunName(fence.tenant(), fence.run()), fence.epoch(), Math::max);
    } else if (journaled.key() instanceof JournalKey.Entry key && journaled.record() != null) {
      var run = new RunName(key.tenant(), key.run());
      take(new Counted(run, key, journaled.record(), journaled.at()));
    }
  }

  private void take(Counted one) {
    var epoch = new EpochOf(one.run(), one.key().epoch());
    boolean mayWrite =
        one.key().incarnation().equals(holders.get(epoch))
            && one.key().epoch() >= fences.getOrDefault(one.run(), 0)
            && !over.contains(epoch);
    int before = last.getOrDefault(one.run(), 0);
    if (!mayWrite || (isPosition(one.record()) && one.key().seq() > before + 1)) {
      voids++;
      return;
    }
    if (one.record().getEntry() instanceof EndEntry
        || one.record().getEntry() instanceof YieldEntry) {
      over.add(epoch);
    }
    if (isPosition(one.record()) && isTaken(one, before)) {
      return;
    }
    byRun.computeIfAbsent(one.run(), name -> new ArrayList<>()).add(one);
    byKey.put(one.key().text(), one);
  }

  /** Whether there is a record at its number; the first becomes the run's last position. */
  private boolean isTaken(Counted one, int before) {
    boolean taken = one.key().seq() <= before;
    if (taken || !isNewPlace(one)) {
      twice.add(one);
    }
    if (!taken) {
      last.put(one.run(), one.key().seq());
    }
    return taken;
  }

  /**
   * Records arrive in any order where steps execute in parallel; each has its place in the code.
   */
  private boolean isNewPlace(Counted one) {
    var code = one.record().getCodePosition();
    return places
        .computeIfAbsent(one.run(), name -> new HashSet<>())
        .add(code == null ? one.key().seq() : code);
  }

  /** Positions follow without a gap; an end and other yields have none. */
  private static boolean isPosition(JournalRecord record) {
    return switch (record.getEntry()) {
      case StepEntry step -> true;
      case SpawnEntry spawn -> true;
      case CancelEntry cancel -> true;
      case SendEntry send -> true;
      case SignalEntry signal -> true;
      case CombinedEntry combined -> true;
      case VersionEntry version -> true;
      case CheckpointEntry checkpoint -> true;
      case YieldEntry yielded ->
          yielded.getWait() instanceof Sleep
              || yielded.getWait() instanceof SignalWait
              || yielded.getWait() instanceof CombinedWait;
      default -> false;
    };
  }

  static Map<String, Long> charged(JournalRecord record) {
    return switch (record.getEntry()) {
      case StepEntry step -> step.getCharged();
      case SpawnEntry spawn -> spawn.getCharged();
      case CancelEntry cancel -> cancel.getCharged();
      case SendEntry send -> send.getCharged();
      case SignalEntry signal -> signal.getCharged();
      case CombinedEntry combined -> combined.getCharged();
      case VersionEntry version -> version.getCharged();
      case CheckpointEntry checkpoint -> checkpoint.getCharged();
      case YieldEntry yielded -> yielded.getCharged();
      case EndEntry end -> end.getCharged();
      default -> Map.of();
    };
  }

  /** Runs of which any record counts. */
  Set<RunName> runs() {
    return new HashSet<>(byRun.keySet());
  }

  /** In the order of the journal. */
  List<Counted> of(RunName run) {
    return byRun.getOrDefault(run, List.of());
  }

  /** The record that counts under a key, as the journal has it; null if none does. */
  @Nullable Counted under(String key) {
    return byKey.get(key);
  }

  /** Records of the holder at a position, or a place in the code, that was taken. */
  List<Counted> twice() {
    return twice;
  }

  int voids() {
    return voids;
  }
}
