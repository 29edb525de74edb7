package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What the gate's counters tell of ends, and of what nobody will look at again. */
final class GateMeasuresTest {
  @TempDir private Path dir;

  private static void run(GateBed bed, RunStatus status) {
    bed.heartbeat(100);
    bed.submit("t", "r");
    bed.echo();
    var dispatch = bed.dispatches().getFirst();
    bed.claim(dispatch);
    bed.heartbeat(100);
    var error = status == RunStatus.SUCCEEDED ? null : new RunError("Boom", "it broke", null, null);
    bed.journal(
        new JournalRecord(
            "t",
            "r",
            dispatch.getEpoch(),
            GateBed.WORKER,
            dispatch.getNextSeq(),
            "1",
            new EndEntry(status, null, "application/json", error, Map.of()),
            null));
    bed.echo();
  }

  private static double of(GateBed bed, String series) {
    return bed.measures
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no series " + series));
  }

  private static String completions(RunStatus status) {
    return "sluice_gate_completions_total{status=\"%s\"}".formatted(status);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"SUCCEEDED", "FAILED", "BUDGET_EXHAUSTED", "DEAD"})
  void countsCompletionsByTheirStatus(RunStatus ended) {
    try (var bed = new GateBed(dir)) {
      run(bed, ended);

      Stream.of(RunStatus.values())
          .forEach(
              status ->
                  assertThat(of(bed, completions(status)))
                      .as("%s", status)
                      .isEqualTo(status == ended ? 1 : 0));
      assertThat(of(bed, "sluice_gate_dead_letters_total{kind=\"DEAD_RUN\"}"))
          .isEqualTo(ended == RunStatus.DEAD ? 1 : 0);
    }
  }

  @Test
  void countsWhatCannotBeReadAndItsAlarm() {
    try (var bed = new GateBed(dir)) {
      assertThat(of(bed, "sluice_gate_dead_letters_total{kind=\"UNREADABLE\"}")).isZero();

      bed.send(Topics.CLAIMS, new byte[0], "no answer".getBytes(StandardCharsets.UTF_8));

      int letters = bed.records(Topics.DEAD_LETTERS).size();
      long alarms =
          bed.decisions().stream().filter(one -> one.getKind().name().equals("ALARM")).count();
      assertThat(letters).isEqualTo(1);
      assertThat(of(bed, "sluice_gate_dead_letters_total{kind=\"UNREADABLE\"}")).isEqualTo(1);
      assertThat(of(bed, "sluice_gate_alarms_total")).isEqualTo((double) alarms);
    }
  }
}
