package dev.sluice.langchain4j.http;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The key of the step whose body executes in this thread: the same whenever the step is executed,
 * so that a provider which takes such keys charges once.
 */
public final class IdempotencyKey {
  /** One execution of a step, and how many requests it has sent. */
  private static final class Scope {
    private final String key;
    private int requests;

    Scope(String key) {
      this.key = key;
    }
  }

  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

  private IdempotencyKey() {}

  /** The key; empty outside of steps of a model or a tool, and in threads that those start. */
  public static Optional<String> current() {
    return Optional.ofNullable(CURRENT.get()).map(scope -> scope.key);
  }

  /**
   * The key of the next request that this execution of the step sends: that of the step for the
   * first, then with {@code /2}, {@code /3}, …. Two questions of one step must not get one answer.
   */
  static Optional<String> ofNextRequest() {
    var scope = CURRENT.get();
    if (scope == null) {
      return Optional.empty();
    }
    scope.requests++;
    return Optional.of(scope.requests == 1 ? scope.key : scope.key + "/" + scope.requests);
  }

  /** Executes what belongs to a step. */
  public static <T extends @Nullable Object> T during(String key, Callable<T> body)
      throws Exception {
    var before = CURRENT.get();
    CURRENT.set(new Scope(key));
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
