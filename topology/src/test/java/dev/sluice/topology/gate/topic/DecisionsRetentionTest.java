package dev.sluice.topology.gate.topic;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import dev.sluice.topology.gate.config.GateConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DecisionsRetentionTest {
  private static final GateConfig GATE =
      GateConfig.from(
          Map.of(
              "bootstrap.servers", "none:1",
              "schema.registry.url", "http://none:1",
              "topic.prefix", "p.",
              "live.repeat.ms", "60000"));

  private static void check(String retentionMs) {
    DecisionsRetention.check(Map.of("retention.ms", retentionMs), GATE);
  }

  @Test
  void refusesDecisionsThatAreDeletedBeforeTheyAreRepeated() {
    assertThatThrownBy(() -> check("119999"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            "live.repeat.ms: p.decisions", "120000 ms", "119999 ms", "retention.ms=120000");
  }

  @Test
  void takesDecisionsThatAreKeptForTwoRoundsOrForEver() {
    assertThatCode(() -> check("120000")).doesNotThrowAnyException();
    assertThatCode(() -> check("-1")).doesNotThrowAnyException();
    assertThatCode(() -> DecisionsRetention.check(Map.of(), GATE)).doesNotThrowAnyException();
  }
}
