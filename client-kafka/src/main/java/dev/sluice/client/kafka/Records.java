package dev.sluice.client.kafka;

import dev.sluice.client.Payload;
import dev.sluice.client.RunEnd;
import dev.sluice.client.RunFailure;
import dev.sluice.client.RunStatus;
import dev.sluice.client.Submission;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunSubmitted;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Submissions and ends as the topics have them. */
final class Records {
  private Records() {}

  static RunSubmitted of(Submission run, String runId) {
    return RunSubmitted.newBuilder()
        .setRunId(runId)
        .setTenant(run.tenant())
        .setAgent(run.agent())
        .setPool(run.pool() == null ? "default" : run.pool())
        .setInput(ByteBuffer.wrap(run.input().bytes()))
        .setContentType(run.input().contentType())
        .setPriority(run.priority())
        .setLabels(run.labels())
        .setBudget(run.budget())
        .setBudgetReserve(run.budgetReserve())
        .setMaxDurationMs(ms(run.maxDuration()))
        .setStartAtMs(ms(run.startAt()))
        .setExpiresAtMs(ms(run.expiresAt()))
        .setEndByMs(ms(run.endBy()))
        .setRetry(retry(run))
        .setLimits(limits(run))
        .build();
  }

  private static @Nullable RetryPolicy retry(Submission run) {
    var retry = run.retry();
    return retry == null
        ? null
        : RetryPolicy.newBuilder()
            .setMaxAttempts(retry.maxAttempts())
            .setBackoffMs(retry.backoff().toMillis())
            .setMaxBackoffMs(retry.maxBackoff().toMillis())
            .build();
  }

  private static @Nullable RunLimits limits(Submission run) {
    var limits = run.limits();
    return limits == null
        ? null
        : RunLimits.newBuilder()
            .setMaxChildren(limits.maxChildren())
            .setMaxDepth(limits.maxDepth())
            .setMaxDescendants(limits.maxDescendants())
            .build();
  }

  private static @Nullable Long ms(@Nullable Duration value) {
    return value == null ? null : value.toMillis();
  }

  private static @Nullable Long ms(@Nullable Instant value) {
    return value == null ? null : value.toEpochMilli();
  }

  static RunEnd read(RunCompleted end) {
    return new RunEnd(
        end.getTenant(),
        end.getRunId(),
        end.getAgent(),
        RunStatus.of(end.getStatus().name()),
        output(end),
        failure(end.getError()),
        Instant.ofEpochMilli(end.getSubmittedAtMs()),
        end.getStartedAtMs() == null ? null : Instant.ofEpochMilli(end.getStartedAtMs()),
        Instant.ofEpochMilli(end.getCompletedAtMs()),
        end.getEpochs(),
        end.getAttempts(),
        end.getSteps(),
        end.getCharged(),
        end.getLabels(),
        end.getParentRunId(),
        end.getRootRunId(),
        end.getRedrive(),
        end.getRetryable());
  }

  private static @Nullable Payload output(RunCompleted end) {
    var output = end.getOutput();
    if (output == null) {
      return null;
    }
    byte[] bytes = new byte[output.remaining()];
    output.duplicate().get(bytes);
    return new Payload(bytes, end.getContentType());
  }

  private static @Nullable RunFailure failure(@Nullable RunError error) {
    return error == null
        ? null
        : new RunFailure(
            error.getType(), error.getMessage(), error.getStep(), error.getStackTrace());
  }
}
