package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.RunSubmitted;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonRecordsTest {
  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void takesAnyJsonValueAsInputAndFillsInDefaults() {
    var run =
        JsonRecords.runSubmitted(
            json(
                "{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\",\"input\":[1,{\"b\":null}],"
                    + "\"retry\":{\"max_attempts\":2}}"));

    assertThat(StandardCharsets.UTF_8.decode(run.getInput()).toString())
        .isEqualTo("[1,{\"b\":null}]");
    assertThat(run.getPool()).isEqualTo("default");
    assertThat(run.getRetry().getBackoffMs()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"tenant\":\"t\",\"agent\":\"a\"}|run_id is missing",
        "{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\",\"prio\":1}|unknown field prio",
        "{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\",\"priority\":\"1\"}|priority must be",
        "{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\",\"retry\":{\"x\":1,\"max_attempts\":1}}"
            + "|unknown field retry.x",
        "{\"run_id\":\"r\"|invalid JSON",
        "{\"run_id\":\"r\"} x|invalid JSON",
        "[]|expected a JSON object"
      })
  void namesTheFieldThatIsWrong(String text, String problem) {
    assertThatThrownBy(() -> JsonRecords.runSubmitted(json(text)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining(problem);
  }

  private static RunSubmitted with(String more) {
    return JsonRecords.runSubmitted(
        json("{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\"," + more + "}"));
  }

  @Test
  void timesAndDurationsMayHaveTheNamesThatHttpHasForThem() {
    var records =
        with(
            "\"start_at_ms\":1000,\"expires_at_ms\":2000,\"end_by_ms\":5000,\"max_duration_ms\":3000,"
                + "\"retry\":{\"max_attempts\":2,\"backoff_ms\":4000,\"max_backoff_ms\":5000}");
    var https =
        with(
            "\"start_at\":\"1970-01-01T00:00:01Z\",\"expires_at\":\"1970-01-01T00:00:02Z\",\"end_by\":\"1970-01-01T00:00:05Z\","
                + "\"max_duration\":\"PT3S\",\"retry\":{\"max_attempts\":2,\"backoff\":\"PT4S\","
                + "\"max_backoff\":\"PT5S\"}");

    assertThat(https).isEqualTo(records);
    assertThat(with("\"start_at\":null,\"start_at_ms\":7").getStartAtMs()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"start_at\":\"1970-01-01T00:00:01Z\",\"start_at_ms\":1|give start_at or start_at_ms, not"
            + " both",
        "\"expires_at\":5|expires_at must be a string",
        "\"expires_at\":\"soon\"|expires_at must be an RFC 3339 time, got soon",
        "\"start_at\":\"+1000000000-12-31T23:59:59Z\"|start_at must be an RFC 3339 time",
        "\"max_duration\":\"PT9223372036854775807S\"|max_duration must be an ISO-8601 duration",
        "\"max_duration_ms\":\"PT1S\"|max_duration_ms must be an integer",
        "\"retry\":{\"max_attempts\":1,\"backoff\":\"PT1S\",\"backoff_ms\":1}"
            + "|give retry.backoff or retry.backoff_ms, not both"
      })
  void saysWhatIsWrongWithATime(String field, String problem) {
    assertThatThrownBy(() -> with(field))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining(problem);
  }
}
