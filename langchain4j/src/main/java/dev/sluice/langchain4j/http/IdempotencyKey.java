package dev.sluice.langchain4j.http;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The key of the step whose body executes in this thread: the same whenever the step is executed,
 * so that a provider which takes such keys charges once.
 */
public final class IdempotencyKey {
  private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

  private IdempotencyKey() {}

  /** The key; empty outside of steps of a model or a tool, and in threads that those start. */
  public static Optional<String> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Executes what belongs to a step. */
  public static <T extends @Nullable Object> T during(String key, Callable<T> body)
      throws Exception {
    var before = CURRENT.get();
    CURRENT.set(key);
    try {
      return body.call();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }
}
