package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.runner.value.Codec;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.SpawnRefusedException;
import dev.sluice.sdk.TreeLimits;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.SendEntry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What agents ask for, in the words of the journal. */
public final class ChildBatches {
  private ChildBatches() {}

  /**
   * Numbers a batch.
   *
   * @param pool of the children that name none
   * @param traceparent of the epoch that spawns them; null if it has none
   * @param codec of the agent that spawns them
   * @throws SpawnRefusedException if an input cannot be written, or is too large
   */
  public static List<ChildSpec> specs(
      List<? extends Spawn<?, ?>> batch,
      int first,
      String pool,
      @Nullable String traceparent,
      Codec codec) {
    var specs = new ArrayList<ChildSpec>(batch.size());
    for (var spawn : batch) {
      var options = spawn.options();
      specs.add(
          new ChildSpec(
              first + specs.size(),
              spawn.agent().name(),
              Objects.requireNonNullElse(options.pool(), pool),
              input(spawn, codec),
              ValueCodec.JSON_TYPE,
              options.detached(),
              millis(options.maxDuration()),
              policy(options.retry()),
              limits(options.limits()),
              millis(options.endBy()),
              traceparent));
    }
    return specs;
  }

  private static ByteBuffer input(Spawn<?, ?> spawn, Codec codec) {
    try {
      return codec
          .encodeAs(spawn.input(), spawn.agent().input().type(), "the input of a child")
          .bytes();
    } catch (NonRetryableException unfit) {
      throw new SpawnRefusedException(String.valueOf(unfit.getMessage()));
    }
  }

  /**
   * A signal for another run.
   *
   * @param to empty for the parent of a run that has none
   * @param codec of the agent that sends it
   * @throws NonRetryableException if the payload cannot be written, or is too large
   */
  public static SendEntry signal(String to, String name, @Nullable Object payload, Codec codec) {
    var what = "the payload of signal '" + name + "'";
    var bytes = payload == null ? null : codec.encode(payload, what).bytes();
    if (bytes != null && bytes.remaining() > Bounds.SENT_BYTES) {
      throw new NonRetryableException(
          "%s must be at most %d bytes, got %d"
              .formatted(what, Bounds.SENT_BYTES, bytes.remaining()));
    }
    return new SendEntry(to, name, bytes, ValueCodec.JSON_TYPE, Map.of());
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  public static @Nullable RetryPolicy policy(dev.sluice.sdk.@Nullable RetryPolicy policy) {
    return policy == null
        ? null
        : new RetryPolicy(
            policy.maxAttempts(), policy.backoff().toMillis(), policy.maxBackoff().toMillis());
  }

  private static @Nullable RunLimits limits(@Nullable TreeLimits limits) {
    return limits == null
        ? null
        : new RunLimits(limits.maxChildren(), limits.maxDepth(), limits.maxDescendants());
  }

  public static <O extends @Nullable Object> List<Child<O>> handles(
      List<Integer> numbers, ChildLedger children, List<? extends Spawn<?, O>> batch) {
    var handles = new ArrayList<Child<O>>(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      int number = numbers.get(i);
      handles.add(new Child<>(number, children.id(number), batch.get(i).agent().output()));
    }
    return handles;
  }
}
