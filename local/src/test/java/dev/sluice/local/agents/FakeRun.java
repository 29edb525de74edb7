package dev.sluice.local.agents;

import dev.sluice.runner.NonRetryableException;
import dev.sluice.runner.RetryLaterException;
import dev.sluice.runner.RetryPolicy;
import dev.sluice.runner.RunContext;
import dev.sluice.runner.StepFailedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A run without a journal topic: one object is one run, each call of the agent an epoch of it. */
final class FakeRun implements RunContext {
  final Map<String, Long> charged = new TreeMap<>();
  private final Map<String, @Nullable Object> journal = new HashMap<>();

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // the journal holds what the step's body returned
  public <T extends @Nullable Object> T step(
      String name, Duration timeout, RetryPolicy retry, Callable<T> body) {
    if (journal.containsKey(name)) {
      return (T) journal.get(name);
    }
    try {
      T result = body.call();
      journal.put(name, result);
      return result;
    } catch (RetryLaterException | NonRetryableException e) {
      throw e;
    } catch (Exception e) {
      throw new StepFailedException(
          name, e.getClass().getName(), String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void charge(String meter, long amount) {
    charged.merge(meter, amount, Long::sum);
  }

  @Override
  public String runId() {
    return "r1";
  }

  @Override
  public String tenant() {
    return "acme";
  }

  @Override
  public int epoch() {
    return 1;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public String workerId() {
    return "w1";
  }

  @Override
  public String idempotencyKey(String stepName) {
    return "acme/r1/" + (journal.size() + 1) + "/" + stepName;
  }
}
