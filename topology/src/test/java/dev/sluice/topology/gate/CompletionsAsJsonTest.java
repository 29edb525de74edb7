package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.Bounds;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.TopicState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ends on {@code completions-json}, for whoever reads with the tool that they submit with. */
final class CompletionsAsJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> ON = Map.of("completions.json", "true");

  @TempDir private Path dir;

  private static void run(GateBed bed, RunStatus status, byte[] output, String type) {
    bed.heartbeat(100);
    bed.submit("t", "r");
    bed.echo();
    var dispatch = bed.dispatches().getFirst();
    bed.claim(dispatch);
    bed.heartbeat(100);
    var error =
        status == RunStatus.SUCCEEDED ? null : new RunError("Boom", "it \"broke\"", "s", "at x");
    var end = new EndEntry(status, ByteBuffer.wrap(output), type, error, Map.of("tokens", 3L));
    bed.journal(
        new JournalRecord(
            "t", "r", dispatch.getEpoch(), GateBed.WORKER, dispatch.getNextSeq(), "1", end, null));
    bed.echo();
  }

  private static JsonNode only(GateBed bed) throws Exception {
    var records = bed.records(Topics.COMPLETIONS_JSON);
    assertThat(records).hasSize(1);
    assertThat(new String(records.getFirst().key(), StandardCharsets.UTF_8)).isEqualTo("t");
    return JSON.readTree(records.getFirst().value());
  }

  @Test
  void haveWhatTheOtherCompletionsHave() throws Exception {
    try (var bed = new GateBed(dir, ON)) {
      run(bed, RunStatus.FAILED, "null".getBytes(StandardCharsets.UTF_8), "application/json");

      var json = only(bed);
      assertThat(json.path("run_id").asText()).isEqualTo("r");
      assertThat(json.path("status").asText()).isEqualTo("FAILED");
      assertThat(json.path("error").path("message").asText()).isEqualTo("it \"broke\"");
      assertThat(json.path("charged").path("tokens").asLong()).isEqualTo(3);
      assertThat(json.path("submitted_at").asText()).startsWith("2023-11-14T");
      assertThat(bed.records(Topics.COMPLETIONS)).hasSize(1);
    }
  }

  /** JSON comes out digit by digit; what is none, or only says so, comes out in Base64. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"n\":0.1234567890123456789}|application/json|\"output\":{\"n\":0.1234567890123456789}",
        "{\"a\":|application/json|\"output_base64\":\"eyJhIjo=\"",
        "plain|text/plain|\"output_base64\":\"cGxhaW4=\"",
      })
  void haveTheOutputAsItCame(String output, String type, String expected) {
    try (var bed = new GateBed(dir, ON)) {
      run(bed, RunStatus.SUCCEEDED, output.getBytes(StandardCharsets.UTF_8), type);

      var value = bed.records(Topics.COMPLETIONS_JSON).getFirst().value();
      assertThat(new String(value, StandardCharsets.UTF_8)).contains(expected);
    }
  }

  @Test
  void leaveOutAnOutputThatTheirTopicDoesNotTakeAndKeepNoRunFromItsEnd() throws Exception {
    try (var bed = new GateBed(dir, ON)) {
      var small = new TopicState(Map.of(Topics.COMPLETIONS_JSON, 20_000L), List.of());
      bed.send(Topics.PROGRESS, "", new Progress(small));
      run(bed, RunStatus.SUCCEEDED, new byte[Bounds.VALUE_BYTES], "application/octet-stream");

      assertThat(only(bed).path("output_omitted").asInt()).isEqualTo(Bounds.VALUE_BYTES);
      assertThat(bed.records(Topics.COMPLETIONS)).hasSize(1);
    }
  }

  @Test
  void areNotWrittenUnlessAsked() {
    try (var bed = new GateBed(dir)) {
      run(bed, RunStatus.SUCCEEDED, new byte[0], "application/json");

      assertThat(bed.records(Topics.COMPLETIONS)).hasSize(1);
      assertThat(bed.records(Topics.COMPLETIONS_JSON)).isEmpty();
    }
  }
}
