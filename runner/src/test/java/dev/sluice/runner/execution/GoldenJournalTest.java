package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.execution.GoldenJournal.Epoch;
import dev.sluice.runner.execution.GoldenRuns.GoldenRun;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedOutcome;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.MeterSlice;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalPosition;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The journals that earlier builds wrote are carried on by today's as those would have done: from
 * each dispatch that was made, and from each place in an epoch at which its worker could have died.
 * {@code -Dgolden.record=DIRECTORY} records them anew, in a directory that is not there yet.
 */
final class GoldenJournalTest {
  private static final String RECORD = "golden.record";
  private static final Pattern PACKAGE = Pattern.compile("(\"type\":\")(?:[a-z]\\w*\\.)+");
  private static final AgentRef<String, Object> ONE =
      AgentRef.of("one", String.class, Object.class);
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  static List<Path> recordings() throws IOException {
    try (var files = Files.walk(GOLDEN)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void isCarriedOnAsItWas(Path file) throws IOException {
    var golden = GoldenJournal.read(file);
    var run = run(file);
    assertThat(golden.epochs()).isNotEmpty();
    for (var epoch : golden.epochs()) {
      // A run that has journaled nothing takes the code of today.
      int first = run.hasChanged() && epoch.dispatch().getReplay().isEmpty() ? 1 : 0;
      for (int kept = first; epoch.from() + kept < epoch.to(); kept++) {
        int begin = epoch.from() + kept;
        var dispatch = dispatch(golden, epoch, kept);
        assertThat(golden.texts(written(golden, run.today(), dispatch, begin)))
            .as("epoch %d behind %d of its records", epoch.dispatch().getEpoch(), kept)
            .isEqualTo(withSimpleNames(golden.texts(golden.records().subList(begin, epoch.to()))));
      }
    }
  }

  /** Builds of the first months wrote an error's class with its package; no run depends on it. */
  private static List<String> withSimpleNames(List<String> texts) {
    return texts.stream().map(text -> PACKAGE.matcher(text).replaceAll("$1")).toList();
  }

  @Test
  void endsDeadWhenItsCodeHasChangedIncompatibly() throws IOException {
    var golden = GoldenJournal.read(newest("checkpoint"));
    assertThat(deadBehind(golden, TestAgent.of(run -> run.step("first", String.class, () -> "a"))))
        .contains("step 'one'", "step 'first'");
    assertThat(deadBehind(golden, TestAgent.of(run -> run.step("two", String.class, () -> "b"))))
        .contains("step 'one'", "step 'two'");
    assertThat(deadBehind(golden, TestAgent.of(run -> "all steps are gone")))
        .contains("step 'one'");
    assertThat(deadBehind(golden, TestAgent.of(run -> run.spawn(ONE, ""))))
        .contains("step 'one'", "spawn of 1 (one)");
  }

  @Test
  void hasARecordingOfEachRun() throws IOException {
    assertThat(recordings())
        .extracting(GoldenJournalTest::name)
        .containsAll(GoldenRuns.BY_NAME.keySet());
  }

  /** The message with which the run ends when its first two steps are journaled. */
  private static String deadBehind(GoldenJournal golden, Agent<?, ?> changed) throws IOException {
    var first = golden.epochs().getFirst();
    var written = written(golden, changed, dispatch(golden, first, 2), first.from() + 2);
    var end = (EndEntry) written.getLast().getEntry();
    assertThat(written).as("nothing but the end").hasSize(1);
    assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(end.getError().getType()).isEqualTo("StepMismatch");
    return end.getError().getMessage();
  }

  private static List<JournalRecord> written(
      GoldenJournal golden, Agent<?, ?> agent, Dispatch dispatch, int begin) {
    var journal = new FakeJournal();
    golden.records().subList(0, begin).forEach(journal::add);
    OneRunGate.execution(Map.of(agent.name(), agent), journal, dispatch).run();
    return journal.from(begin);
  }

  /** What the gate sends when it has read the epoch's first records and then fenced it. */
  private static Dispatch dispatch(GoldenJournal golden, Epoch epoch, int kept) {
    var dispatch = Dispatch.newBuilder(epoch.dispatch());
    var replay = new ArrayList<>(dispatch.getReplay());
    var signals = new ArrayList<>(dispatch.getSignals());
    var told = dispatch.getLiveChildren();
    var live = new ArrayList<>(told == null ? List.<Integer>of() : told);
    for (int offset = epoch.from(); offset < epoch.from() + kept; offset++) {
      var record = golden.records().get(offset);
      long taken = -1;
      CombinedOutcome combined = null;
      switch (record.getEntry()) {
        case CheckpointEntry checkpoint -> replay.clear();
        case SpawnEntry spawn -> {
          dispatch.setSpawned(dispatch.getSpawned() + spawn.getChildren().size());
          spawn.getChildren().forEach(child -> live.add(child.getNumber()));
        }
        case StepEntry step -> dispatch.setBudget(less(dispatch.getBudget(), step.getCharged()));
        case SignalEntry signal -> {
          var position =
              signals.stream().filter(one -> one.getNumber() == signal.getNumber()).findFirst();
          taken = position.orElseThrow().getOffset();
          signals.remove(position.orElseThrow());
        }
        case CombinedEntry several -> {
          var offsets = take(several, signals);
          taken = offsets.isEmpty() ? -1 : offsets.getFirst();
          var more = offsets.stream().skip(1).toList();
          combined = new CombinedOutcome(several.getChosen(), more);
        }
        default -> {}
      }
      var refused = refusal(golden, record.getSeq());
      replay.add(new JournalPosition(record.getSeq(), (long) offset, taken, refused, combined));
    }
    return dispatch
        .setReplay(replay)
        .setLiveChildren(told == null ? null : live)
        .setSignals(signals)
        .setNextSeq(dispatch.getNextSeq() + kept)
        .build();
  }

  /** What the gate made of a position: each later dispatch says so. */
  private static @Nullable String refusal(GoldenJournal golden, int seq) {
    return golden.epochs().stream()
        .flatMap(epoch -> epoch.dispatch().getReplay().stream())
        .filter(position -> position.getSeq() == seq)
        .map(JournalPosition::getRefused)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static List<Long> take(CombinedEntry several, List<SignalPosition> signals) {
    var taken =
        signals.stream().filter(one -> several.getSignals().contains(one.getNumber())).toList();
    signals.removeAll(taken);
    return taken.stream().map(SignalPosition::getOffset).toList();
  }

  private static List<MeterSlice> less(List<MeterSlice> budget, Map<String, Long> charged) {
    return budget.stream()
        .map(
            slice -> {
              long used = charged.getOrDefault(slice.getMeter(), 0L);
              return new MeterSlice(
                  slice.getMeter(),
                  slice.getCeiling(),
                  slice.getLeft() - used,
                  slice.getSlice() - used);
            })
        .toList();
  }

  private static GoldenRun run(Path file) {
    return Objects.requireNonNull(GoldenRuns.BY_NAME.get(name(file)), () -> "no run for " + file);
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.json$", "");
  }

  private static Path newest(String name) throws IOException {
    return recordings().stream()
        .filter(file -> name(file).equals(name))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  // --- recording

  @Test
  @EnabledIfSystemProperty(named = RECORD, matches = ".+")
  void records() throws IOException {
    var dir = Files.createDirectory(GOLDEN.resolve(System.getProperty(RECORD)));
    GoldenJournal.Schemas.today().write(dir);
    for (var run : GoldenRuns.BY_NAME.entrySet()) {
      recording(run.getValue()).write(dir.resolve(run.getKey() + ".json"));
    }
  }

  private static GoldenJournal recording(GoldenRun run) {
    var gate = new OneRunGate(run.recorded());
    var epochs = new ArrayList<Epoch>();
    run.script()
        .play(
            gate,
            () -> {
              int from = gate.journal().size();
              gate.epoch();
              epochs.add(new Epoch(gate.lastDispatch(), from, gate.journal().size()));
            });
    return new GoldenJournal(GoldenJournal.Schemas.today(), epochs, gate.records());
  }
}
