package dev.sluice.admission;

import org.jspecify.annotations.Nullable;

/** What a submission must keep to be accepted (CONTRACT §2). */
final class SubmissionRules {
  static final int MAX_PRIORITY = 100;
  static final int MAX_ATTEMPTS = 1_000;
  static final long MAX_DURATION_MS = 366L * 24 * 3_600_000;
  static final int MAX_LABEL_CHARS = 16_384;

  private SubmissionRules() {}

  /** Says what is wrong with {@code spec}, naming the field; null when nothing is. */
  static @Nullable String problem(RunSpec spec, GateSettings gate) {
    if (!gate.pools().contains(spec.pool())) {
      return "pool must be one of "
          + new java.util.TreeSet<>(gate.pools())
          + ", got "
          + spec.pool();
    }
    if (Math.abs(spec.priority()) > MAX_PRIORITY) {
      return "priority must be -100 to 100, got " + spec.priority();
    }
    if (!spec.budget().isEmpty()) {
      return "budget must be empty: this version does not enforce budgets yet, got "
          + new java.util.TreeMap<>(spec.budget());
    }
    var duration = spec.maxDurationMs();
    if (duration != null && (duration < 1 || duration > MAX_DURATION_MS)) {
      return "max_duration_ms must be 1 to " + MAX_DURATION_MS + ", got " + duration;
    }
    var retry = spec.retry();
    return retry == null ? labelProblem(spec) : retryProblem(spec, retry);
  }

  private static @Nullable String retryProblem(RunSpec spec, RetryRule retry) {
    if (retry.maxAttempts() < 1 || retry.maxAttempts() > MAX_ATTEMPTS) {
      return "retry.max_attempts must be 1 to " + MAX_ATTEMPTS + ", got " + retry.maxAttempts();
    }
    if (retry.backoffMs() < 0 || retry.backoffMs() > MAX_DURATION_MS) {
      return "retry.backoff_ms must be 0 to " + MAX_DURATION_MS + ", got " + retry.backoffMs();
    }
    if (retry.maxBackoffMs() < retry.backoffMs() || retry.maxBackoffMs() > MAX_DURATION_MS) {
      return "retry.max_backoff_ms must be backoff_ms to "
          + MAX_DURATION_MS
          + ", got "
          + retry.maxBackoffMs();
    }
    return labelProblem(spec);
  }

  private static @Nullable String labelProblem(RunSpec spec) {
    long chars = 0;
    for (var label : spec.labels().entrySet()) {
      chars += label.getKey().length() + label.getValue().length();
    }
    return chars > MAX_LABEL_CHARS
        ? "labels must have at most " + MAX_LABEL_CHARS + " characters in all, got " + chars
        : null;
  }
}
