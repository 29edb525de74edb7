package dev.sluice.runner.journal;

import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunError;
import dev.sluice.v1.SentWait;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.Until;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What a run waits for when its epoch ends before the run does. */
public sealed interface Wait {
  /** For a time, by the log's clock; a position of the journal. */
  record Time(long delayMs) implements Wait {}

  /** For a signal of a name; a position of the journal. */
  record Signal(String name, long timeoutMs) implements Wait {}

  /** For the ends of all these children. */
  record Children(List<Integer> numbers) implements Wait {}

  /** For the first of several things, or all of them; a position of the journal. */
  record Combined(boolean all, List<Object> branches) implements Wait {}

  /** To be told what became of a signal that was sent at a position in the code. */
  record Sent(int position) implements Wait {}

  /** For a larger slice of the budget. */
  record Budget(Map<String, Long> needs) implements Wait {}

  /** For a provider's limit to pass. */
  record Limit(long delayMs, String reason) implements Wait {}

  /**
   * For its next attempt.
   *
   * @param policy the agent's; null for the tenant's
   */
  record Attempt(RunError error, @Nullable RetryPolicy policy) implements Wait {}

  /** For another worker: this one must not go on with it. */
  record Worker(StopReason reason) implements Wait {}

  /** The code that resumes behind it finds it in the journal. */
  default boolean isPosition() {
    return switch (this) {
      case Time time -> true;
      case Signal signal -> true;
      case Combined combined -> true;
      case Children children -> false;
      case Sent sent -> false;
      case Budget budget -> false;
      case Limit limit -> false;
      case Attempt attempt -> false;
      case Worker worker -> false;
    };
  }

  /** As it stands in the journal. */
  default SpecificRecord written() {
    return switch (this) {
      case Time(long delayMs) -> new Sleep(delayMs);
      case Signal(String name, long timeoutMs) -> new SignalWait(name, timeoutMs);
      case Combined(boolean all, List<Object> branches) -> new CombinedWait(all, branches);
      case Children(List<Integer> numbers) -> new ChildrenWait(numbers);
      case Sent(int position) -> new SentWait(position);
      case Budget(Map<String, Long> needs) -> new BudgetWait(needs);
      case Limit(long delayMs, String reason) -> new Until(delayMs, reason);
      case Attempt(RunError error, var policy) -> new dev.sluice.v1.Retry(error, policy);
      case Worker(StopReason reason) -> new Stopped(reason);
    };
  }
}
