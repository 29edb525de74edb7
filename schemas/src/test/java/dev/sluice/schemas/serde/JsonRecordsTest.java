package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.wire.SerdeException;
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
}
