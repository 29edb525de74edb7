package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.http.message.Problem;
import dev.sluice.v1.RunSubmitted;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestsTest {
  private static RunSubmitted with(String more) {
    var body = "{\"run_id\":\"r\",\"agent\":\"a\"," + more + "}";
    var run = Requests.submission("t", null, body.getBytes(StandardCharsets.UTF_8), 0);
    run.put("body_hash", null); // of words that differ
    return run;
  }

  @Test
  void timesAndDurationsMayHaveTheNamesThatRecordsHaveForThem() {
    var https =
        with(
            "\"start_at\":\"1970-01-01T00:00:01Z\",\"expires_at\":\"1970-01-01T00:00:02Z\",\"end_by\":\"1970-01-01T00:00:05Z\","
                + "\"max_duration\":\"PT3S\",\"retry\":{\"max_attempts\":2,\"backoff\":\"PT4S\","
                + "\"max_backoff\":\"PT5S\"}");
    var records =
        with(
            "\"start_at_ms\":1000,\"expires_at_ms\":2000,\"end_by_ms\":5000,\"max_duration_ms\":3000,"
                + "\"retry\":{\"max_attempts\":2,\"backoff_ms\":4000,\"max_backoff_ms\":5000}");

    assertThat(records).isEqualTo(https);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"start_at\":\"1970-01-01T00:00:01Z\",\"start_at_ms\":1|give start_at or start_at_ms, not"
            + " both",
        "\"start_at_ms\":\"1\"|start_at_ms must be an integer",
        "\"start_at_ms\":1.5|start_at_ms must be an integer",
        "\"start_at_ms\":9223372036854775808|start_at_ms must be an integer",
        "\"max_duration_ms\":0|max_duration must be",
        "\"retry\":{\"max_attempts\":1,\"backoff\":\"PT1S\",\"backoff_ms\":1}"
            + "|give retry.backoff or retry.backoff_ms, not both"
      })
  void saysWhatIsWrongWithATime(String field, String problem) {
    assertThatThrownBy(() -> with(field)).isInstanceOf(Problem.class).hasMessageContaining(problem);
  }
}
