package dev.sluice.client.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Payload;
import dev.sluice.client.Retry;
import dev.sluice.client.RunFailure;
import dev.sluice.client.RunStatus;
import dev.sluice.client.Submission;
import dev.sluice.client.TreeLimits;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RecordsTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @Test
  void aSubmissionIsWrittenWithAllThatItSays() {
    var run =
        Submission.of("t", "echo")
            .pool("gpu")
            .input(new Payload(new byte[] {0, -1}, "image/png"))
            .priority(-3)
            .label("a", "b")
            .budget("tokens", 20)
            .budgetReserve("tokens", 2)
            .maxDuration(Duration.ofMinutes(5))
            .startAt(NOON)
            .expiresAt(NOON.plusMillis(1))
            .endBy(NOON.plusMillis(2))
            .retry(Retry.attempts(4))
            .limits(new TreeLimits(1, null, 3))
            .build();

    var record = Records.of(run, "r");

    assertThat(record.getRunId()).isEqualTo("r");
    assertThat(record.getTenant()).isEqualTo("t");
    assertThat(record.getAgent()).isEqualTo("echo");
    assertThat(record.getPool()).isEqualTo("gpu");
    assertThat(record.getInput()).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1}));
    assertThat(record.getContentType()).isEqualTo("image/png");
    assertThat(record.getPriority()).isEqualTo(-3);
    assertThat(record.getLabels()).isEqualTo(Map.of("a", "b"));
    assertThat(record.getBudget()).isEqualTo(Map.of("tokens", 20L));
    assertThat(record.getBudgetReserve()).isEqualTo(Map.of("tokens", 2L));
    assertThat(record.getMaxDurationMs()).isEqualTo(300_000);
    assertThat(record.getStartAtMs()).isEqualTo(NOON.toEpochMilli());
    assertThat(record.getExpiresAtMs()).isEqualTo(NOON.toEpochMilli() + 1);
    assertThat(record.getEndByMs()).isEqualTo(NOON.toEpochMilli() + 2);
    assertThat(record.getRetry()).isEqualTo(new RetryPolicy(4, 1_000L, 60_000L));
    assertThat(record.getLimits()).isEqualTo(new RunLimits(1, null, 3));
  }

  @Test
  void theSmallestSubmissionLeavesTheRestToTheGate() {
    var record = Records.of(Submission.of("t", "echo").build(), "r");

    assertThat(record.getPool()).isEqualTo("default");
    assertThat(record.getInput().remaining()).isZero();
    assertThat(record.getMaxDurationMs()).isNull();
    assertThat(record.getRetry()).isNull();
    assertThat(record.getLimits()).isNull();
  }

  private static RunCompleted.Builder completed() {
    return RunCompleted.newBuilder()
        .setRunId("r")
        .setTenant("t")
        .setAgent("a")
        .setStatus(dev.sluice.v1.RunStatus.SUCCEEDED)
        .setSubmittedAtMs(NOON.toEpochMilli())
        .setCompletedAtMs(NOON.toEpochMilli() + 2)
        .setEpochs(2)
        .setAttempts(1)
        .setSteps(3);
  }

  @Test
  void anEndIsReadWithAllThatItSays() {
    var end =
        Records.read(
            completed()
                .setOutput(ByteBuffer.wrap(new byte[] {7, 0, -1, 7}, 1, 2))
                .setContentType("image/png")
                .setStartedAtMs(NOON.toEpochMilli() + 1)
                .setCharged(Map.of("tokens", 7L))
                .setLabels(Map.of("a", "b"))
                .setParentRunId("p")
                .setRootRunId("q")
                .setRedrive(5)
                .build());

    assertThat(end.result()).isEqualTo(new Payload(new byte[] {0, -1}, "image/png"));
    assertThat(end.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(end.submittedAt()).isEqualTo(NOON);
    assertThat(end.startedAt()).isEqualTo(NOON.plusMillis(1));
    assertThat(end.completedAt()).isEqualTo(NOON.plusMillis(2));
    assertThat(end.epochs()).isEqualTo(2);
    assertThat(end.attempts()).isEqualTo(1);
    assertThat(end.steps()).isEqualTo(3);
    assertThat(end.charged()).isEqualTo(Map.of("tokens", 7L));
    assertThat(end.labels()).isEqualTo(Map.of("a", "b"));
    assertThat(end.parentRunId()).isEqualTo("p");
    assertThat(end.rootRunId()).isEqualTo("q");
    assertThat(end.redrive()).isEqualTo(5);
  }

  @Test
  void aRefusalForWantOfRoomSaysThatItMayComeAgain() {
    var end =
        Records.read(
            completed()
                .setStatus(dev.sluice.v1.RunStatus.REJECTED)
                .setError(new RunError("QueueFull", "m", null, null))
                .setRetryable(true)
                .build());

    assertThat(end.failure()).isEqualTo(new RunFailure("QueueFull", "m", null, null));
    assertThat(end.retryable()).isTrue();
    assertThat(end.output()).isNull();
    assertThat(end.startedAt()).isNull();
  }

  @ParameterizedTest
  @EnumSource(dev.sluice.v1.RunStatus.class)
  void everyStatusOfACompletionIsAnEnd(dev.sluice.v1.RunStatus status) {
    assertThat(Records.read(completed().setStatus(status).build()).status())
        .hasToString(status.name());
  }
}
