package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.TenantLoad;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What of a record waits in memory until it is written. */
final class RecordsTest {
  @Test
  void nothingWaitsOfACompletionThatNoStreamShows() {
    var error = Samples.error("m".repeat(100));
    error.put("stack_trace", "s".repeat(8_192));
    var completed =
        Samples.completed(2)
            .setOutput(ByteBuffer.allocate(1024 * 1024))
            .setLabels(Map.of("name", "x".repeat(16_000)))
            .setCharged(Map.of("tokens", 7L))
            .setError(error)
            .build();

    var shown = Records.shown(completed);

    assertThat(shown.getOutput()).isNull();
    assertThat(shown.getLabels()).isEmpty();
    assertThat(shown.getCharged()).isEmpty();
    assertThat(Objects.requireNonNull(shown.getError()).getStackTrace()).isNull();
    assertThat(shown.getEpochs()).isEqualTo(2);
    assertThat(new Came.End(1, shown, OptionalLong.empty()).size())
        .isEqualTo(Samples.end(2, OptionalLong.empty()).size() + 200);
  }

  @Test
  void nothingWaitsOfADecisionThatNoStreamShows() {
    var load = new TenantLoad(1, 1, 1, 1, false, 1.0, null, null, null);
    var decision =
        Samples.decision(DecisionKind.CLAIM).setLoad(load).setVersions(List.of("v1")).build();

    var shown = Records.shown(decision);

    assertThat(shown.getLoad()).isNull();
    assertThat(shown.getSubmission()).isNull();
    assertThat(shown.getStanding()).isNull();
    assertThat(shown.getVersions()).isEmpty();
    assertThat(shown.getKind()).isEqualTo(DecisionKind.CLAIM);
  }
}
