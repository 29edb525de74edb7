package dev.sluice.client;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run to be submitted. What is null, or empty, is left to the gate.
 *
 * @param tenant who pays for it: 1 to 128 of {@code [A-Za-z0-9._:-]}
 * @param agent who executes it: 1 to 128 of {@code [A-Za-z0-9._-]}
 * @param runId names it within the tenant: 1 to 128 of {@code [A-Za-z0-9._:-]}
 * @param idempotencyKey names it within the tenant, too: 1 to 256 characters of visible ASCII, of
 *     which the run's id is made; not together with {@code runId}
 * @param pool whose workers may take it
 * @param input at most 1 MiB
 * @param priority −100 to 100; of one tenant's runs the higher starts first
 * @param labels given back with its end, and searchable
 * @param budget the most that the run and its children may charge, by meter
 * @param budgetReserve what of it is kept for a last, partial answer; 5 % if not given
 * @param maxDuration the longest time that workers may hold it, at most 366 days; waits do not
 *     count
 * @param startAt not before this time
 * @param expiresAt it ends EXPIRED if it has not started by then
 * @param endBy it ends TIMED_OUT if it has not ended by then
 */
public record Submission(
    String tenant,
    String agent,
    @Nullable String runId,
    @Nullable String idempotencyKey,
    @Nullable String pool,
    Payload input,
    int priority,
    Map<String, String> labels,
    Map<String, Long> budget,
    Map<String, Long> budgetReserve,
    @Nullable Duration maxDuration,
    @Nullable Instant startAt,
    @Nullable Instant expiresAt,
    @Nullable Instant endBy,
    @Nullable Retry retry,
    @Nullable TreeLimits limits) {
  public Submission {
    if (runId != null && idempotencyKey != null) {
      throw new IllegalArgumentException("give a run id or an idempotency key, not both");
    }
    labels = Map.copyOf(labels);
    budget = Map.copyOf(budget);
    budgetReserve = Map.copyOf(budgetReserve);
  }

  /** Begins a submission. */
  public static Builder of(String tenant, String agent) {
    return new Builder(tenant, agent);
  }

  /** Puts a submission together; not safe for use by several threads. */
  public static final class Builder {
    private final String tenant;
    private final String agent;
    private final Map<String, String> labels = new HashMap<>();
    private final Map<String, Long> budget = new HashMap<>();
    private final Map<String, Long> budgetReserve = new HashMap<>();
    private @Nullable String runId;
    private @Nullable String idempotencyKey;
    private @Nullable String pool;
    private Payload input = Payload.nothing();
    private int priority;
    private @Nullable Duration maxDuration;
    private @Nullable Instant startAt;
    private @Nullable Instant expiresAt;
    private @Nullable Instant endBy;
    private @Nullable Retry retry;
    private @Nullable TreeLimits limits;

    private Builder(String tenant, String agent) {
      this.tenant = Objects.requireNonNull(tenant, "tenant");
      this.agent = Objects.requireNonNull(agent, "agent");
    }

    public Builder runId(String value) {
      runId = value;
      return this;
    }

    public Builder idempotencyKey(String value) {
      idempotencyKey = value;
      return this;
    }

    public Builder pool(String value) {
      pool = value;
      return this;
    }

    public Builder input(Payload value) {
      input = value;
      return this;
    }

    public Builder input(Object value, Codec codec) {
      return input(Payload.of(value, codec));
    }

    public Builder priority(int value) {
      priority = value;
      return this;
    }

    public Builder label(String key, String value) {
      labels.put(key, value);
      return this;
    }

    public Builder budget(String meter, long amount) {
      budget.put(meter, amount);
      return this;
    }

    public Builder budgetReserve(String meter, long amount) {
      budgetReserve.put(meter, amount);
      return this;
    }

    public Builder maxDuration(Duration value) {
      maxDuration = value;
      return this;
    }

    public Builder startAt(Instant value) {
      startAt = value;
      return this;
    }

    public Builder expiresAt(Instant value) {
      expiresAt = value;
      return this;
    }

    public Builder endBy(Instant value) {
      endBy = value;
      return this;
    }

    public Builder retry(Retry value) {
      retry = value;
      return this;
    }

    public Builder limits(TreeLimits value) {
      limits = value;
      return this;
    }

    /**
     * The submission.
     *
     * @throws IllegalArgumentException if it has both a run id and an idempotency key
     */
    public Submission build() {
      return new Submission(
          tenant,
          agent,
          runId,
          idempotencyKey,
          pool,
          input,
          priority,
          labels,
          budget,
          budgetReserve,
          maxDuration,
          startAt,
          expiresAt,
          endBy,
          retry,
          limits);
    }
  }
}
