package dev.sluice.runner.pause;

import dev.sluice.runner.identity.RunRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long a step waits that met a limit, such as a provider's 429: what the limit says, but a
 * second at least, doubled while it is refused again, up to a minute. "Retry at once" said by a
 * server that goes on refusing would be a call every few milliseconds for ever.
 */
public final class LimitPauses {
  private static final long FIRST_MS = 1_000;
  private static final long LONGEST_FLOOR_MS = 60_000;
  private static final int REMEMBERED = 10_000;

  private record Step(String tenant, String run, int code) {}

  /** Also of runs that gave their slot away meanwhile and came back. */
  private final Map<Step, Integer> refused =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Step, Integer> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * The step was refused once more.
   *
   * @param code its position in the code, which no other step of the run has
   * @param asked what the limit says; anything that is no time counts as at once
   * @param longestMs most that a run may wait
   */
  public synchronized long pauseMs(RunRef run, int code, Duration asked, long longestMs) {
    int before = refused.merge(key(run, code), 1, Integer::sum) - 1;
    long floor = Math.min(LONGEST_FLOOR_MS, FIRST_MS << Math.min(before, 6));
    return Math.clamp(millis(asked), floor, longestMs);
  }

  private static long millis(Duration asked) {
    try {
      return asked.toMillis();
    } catch (ArithmeticException longerThanALong) {
      return asked.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  /** The step at {@code code} got through. */
  public synchronized void passed(RunRef run, int code) {
    refused.remove(key(run, code));
  }

  private static Step key(RunRef run, int code) {
    return new Step(run.tenant(), run.runId(), code);
  }
}
