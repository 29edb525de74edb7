package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class JsonLineTest {
  private final LoggerContext context = new LoggerContext();

  private LoggingEvent event(String message, @Nullable Throwable thrown, Object... arguments) {
    var logger = context.getLogger("dev.sluice.Test");
    var event = new LoggingEvent("fqcn", logger, Level.WARN, message, thrown, arguments);
    event.setThreadName("run-1");
    event.setInstant(Instant.parse("2026-11-30T12:00:00.123Z"));
    return event;
  }

  private static String line(LoggingEvent event) {
    return new String(new JsonLine().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void anEventIsOneLineWithTheFieldsOfItsThreadAndItsOwn() {
    var event = event("run {} \"ended\"\nbadly\u0001 \ud83d\ude00", null, "r");
    event.setMDCPropertyMap(Map.of("epoch", "3"));
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("step", "one"),
            new KeyValuePair("level", "mine"),
            new KeyValuePair("count", 7)));

    assertThat(line(event))
        .isEqualTo(
            """
            {"timestamp":"2026-11-30T12:00:00.123Z","level":"WARN","logger":"dev.sluice.Test",\
            "thread":"run-1","message":"run r \\"ended\\"\\nbadly\\u0001 \\ud83d\\ude00",\
            "step":"one","count":"7","epoch":"3"}
            """);
  }

  @Test
  void aFailureIsAFieldWithItsStack() {
    var thrown = new IllegalStateException("it broke", new RuntimeException("because"));

    var event = event("failed", thrown);
    event.setMDCPropertyMap(Map.of());

    assertThat(line(event))
        .contains("\"exception\":\"java.lang.IllegalStateException: it broke\\n\\tat ")
        .contains("Caused by: java.lang.RuntimeException: because")
        .hasLineCount(1);
  }

  @Test
  void secretsAreMaskedWhereverTheyStand() {
    var event = event("password=hunter2", new IllegalStateException("password=hunter2"));
    event.setMDCPropertyMap(Map.of("given", "password=hunter2", "authorization", "hunter2"));
    event.setKeyValuePairs(List.of(new KeyValuePair("password", "hunter2")));

    assertThat(line(event)).doesNotContain("hunter2").contains("\"password\":\"***\"");
  }

  @Test
  void aFieldWithoutAValueCostsNoLine() {
    var fields = new HashMap<String, String>();
    fields.put("user", null);
    var event = event("still here", null);
    event.setMDCPropertyMap(fields);
    event.setKeyValuePairs(List.of(new KeyValuePair(null, null)));

    assertThat(line(event)).contains("still here", "\"user\":\"null\"", "\"null\":\"null\"");
  }
}
