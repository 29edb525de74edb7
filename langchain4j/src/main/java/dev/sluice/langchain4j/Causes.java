package dev.sluice.langchain4j;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What is behind a failure. */
final class Causes {
  /** Chains may be circles. */
  private static final int MOST = 20;

  private Causes() {}

  /** The failure itself, its cause, the cause of that, …; at least one. */
  static List<Throwable> of(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST).toList();
  }
}
