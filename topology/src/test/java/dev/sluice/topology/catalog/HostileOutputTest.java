package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.topology.catalog.query.RunFilter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a run returned, an answer that shows it is one JSON value with the contract's fields.
 */
final class HostileOutputTest {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private static final List<String> TYPES =
      List.of("application/json", "application/json; charset=\"\u0000", "text/plain", "", "\ud800");

  @TempDir private Path dir;

  @Test
  void answersWithOneJsonValueWhateverARunReturned() throws Exception {
    try (var bed = new CatalogBed(dir)) {
      int number = 0;
      for (var output : outputs()) {
        var run = "r" + number;
        var type = TYPES.get(number++ % TYPES.size());
        bed.accept(run);
        bed.complete(run, type, ByteBuffer.wrap(output));

        var shown = parsed(bed.queries.json(bed.run(run)).toString());
        assertThat(shown.path("run_id").asText()).isEqualTo(run);
        assertThat(shown.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(shown.has("output") ^ shown.has("output_base64")).isTrue();
        if (shown.has("output_base64")) {
          assertThat(Base64.getDecoder().decode(shown.path("output_base64").asText()))
              .isEqualTo(output);
        }
      }
      assertThat(parsed(bed.queries.runs("t", RunFilter.ANY, 100, null).toString()).path("runs"))
          .isNotEmpty();
    }
  }

  /** As a caller gets it. */
  private static JsonNode parsed(String answer) throws JsonProcessingException {
    return STRICT.readTree(
        new String(answer.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }

  private static List<byte[]> outputs() {
    var texts =
        List.of(
            "",
            " ",
            "1 2",
            "{} {}",
            "null",
            "1e999999999",
            "9".repeat(5_000),
            "NaN",
            "01",
            "'a'",
            "{\"a\":1}}",
            "{\"a\":1},\"status\":\"FAILED\"",
            "\"a\",\"run_id\":\"b\"",
            "/* */1",
            "1 // ",
            "\ufeff1",
            "\"\\ud800\"",
            "\"\ud83d\ude00\"",
            "\"\u2028</script>\"",
            "[".repeat(499) + "]".repeat(499),
            "[".repeat(5_000) + "]".repeat(5_000),
            "[".repeat(100_000),
            "\"" + "x".repeat(900_000) + "\"",
            "{\"" + "n".repeat(60_000) + "\":1}",
            "[" + "{},".repeat(200_000) + "1]");
    var outputs = new ArrayList<byte[]>();
    for (int type = 0; type < TYPES.size(); type++) {
      outputs.add(new byte[] {'"', (byte) 0xc3, '"'}); // shifts the texts against the types
      texts.forEach(text -> outputs.add(text.getBytes(StandardCharsets.UTF_8)));
    }
    var random = new SplittableRandom(5);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes =
          "{\"a\":[1,-2.5e3,{\"b\":\"x\\n\u00e9\"},null,true]}".getBytes(StandardCharsets.UTF_8);
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      outputs.add(bytes);
    }
    return outputs;
  }
}
