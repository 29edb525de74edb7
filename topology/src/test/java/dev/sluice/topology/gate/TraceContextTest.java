package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.SpawnEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The span of whoever asks for a run goes with it, from its record to its completion. */
final class TraceContextTest {
  private static final String ASKED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final String OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @TempDir private Path dir;

  private static RunSubmitted submission(@Nullable String traceparent) {
    return RunSubmitted.newBuilder()
        .setTenant("t")
        .setRunId("r")
        .setAgent("echo")
        .setTraceparent(traceparent)
        .build();
  }

  private static Headers headers(String traceparent) {
    return new RecordHeaders()
        .add("traceparent", traceparent.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Dispatch dispatched(GateBed bed, RunSubmitted run, Headers headers) {
    bed.heartbeat(100);
    byte[] key = run.getTenant().getBytes(StandardCharsets.UTF_8);
    bed.send(Topics.RUNS, key, bed.serialize(Topics.RUNS, run), headers);
    bed.echo();
    return bed.dispatches().getFirst();
  }

  /** The header of the only completion, and of its JSON; null for none. */
  private static @Nullable String told(GateBed bed, String topic) {
    var header = bed.records(topic).getFirst().headers().lastHeader("traceparent");
    return header == null ? null : new String(header.value(), StandardCharsets.ISO_8859_1);
  }

  private static void end(GateBed bed, Dispatch dispatch) {
    bed.claim(dispatch);
    bed.heartbeat(100);
    bed.end(dispatch, GateBed.WORKER);
    bed.echo();
  }

  @Test
  void theFieldOfTheSubmissionReachesWorkerAndCompletion() {
    try (var bed = new GateBed(dir, Map.of("completions.json", "true"))) {
      var dispatch = dispatched(bed, submission(ASKED), headers(OTHER));
      end(bed, dispatch);

      assertThat(dispatch.getTraceparent()).isEqualTo(ASKED);
      assertThat(told(bed, Topics.COMPLETIONS)).isEqualTo(ASKED);
      assertThat(told(bed, Topics.COMPLETIONS_JSON)).isEqualTo(ASKED);
    }
  }

  /** OpenTelemetry's Kafka clients write it there, and know nothing of the record's fields. */
  @Test
  void theHeaderOfTheRecordDoesWhereItsFieldSaysNothing() {
    try (var bed = new GateBed(dir)) {
      var dispatch = dispatched(bed, submission(null), headers(ASKED));
      end(bed, dispatch);

      assertThat(dispatch.getTraceparent()).isEqualTo(ASKED);
      assertThat(dispatch.getSubmission().getTraceparent()).isEqualTo(ASKED);
      assertThat(told(bed, Topics.COMPLETIONS)).isEqualTo(ASKED);
    }
  }

  @Test
  void aHeaderThatNamesNoSpanIsAsNone() {
    try (var bed = new GateBed(dir)) {
      var dispatch = dispatched(bed, submission(null), headers("00-1-1-01"));
      end(bed, dispatch);

      assertThat(dispatch.getTraceparent()).isNull();
      assertThat(told(bed, Topics.COMPLETIONS)).isNull();
    }
  }

  @Test
  void aRefusedRunSaysWhoAskedForIt() {
    try (var bed = new GateBed(dir)) {
      var run = submission(ASKED);
      run.put("priority", 1_000);
      bed.send(Topics.RUNS, "t", run);
      bed.echo();

      assertThat(told(bed, Topics.COMPLETIONS)).isEqualTo(ASKED);
    }
  }

  @Test
  void aChildIsAskedForInItsParentsEpochOrElseInTheSpanThatAskedForItsParent() {
    try (var bed = new GateBed(dir)) {
      var parent = dispatched(bed, submission(ASKED), new RecordHeaders());
      bed.claim(parent);
      bed.heartbeat(100);
      bed.journal(
          new JournalRecord(
              "t",
              "r",
              parent.getEpoch(),
              GateBed.WORKER,
              1,
              "1",
              new SpawnEntry(
                  List.of(child(1, OTHER), child(2, null), child(3, "00-1-1-01")), Map.of()),
              null));
      bed.echo();
      // Two leases are all that its plan allows: the first child, and then the others.
      var first = bed.dispatches().getFirst();
      end(bed, first);
      var second = bed.dispatches().getFirst();
      end(bed, second);
      var third = bed.dispatches().getFirst();

      assertThat(List.of(first, second, third))
          .extracting(Dispatch::getTraceparent)
          .containsExactly(OTHER, ASKED, ASKED);
      assertThat(told(bed, Topics.COMPLETIONS)).isEqualTo(OTHER);
    }
  }

  private static ChildSpec child(int number, @Nullable String traceparent) {
    return ChildSpec.newBuilder()
        .setNumber(number)
        .setAgent("echo")
        .setPool("default")
        .setTraceparent(traceparent)
        .build();
  }
}
