package dev.sluice.contract;

import org.jspecify.annotations.Nullable;

/** Distinguishes failures that may be contained from those that must propagate. */
public final class Failures {
  private static final int MAX_CAUSES = 20;

  private Failures() {}

  /**
   * Whether {@code failure}, or what caused it, is the JVM's own death, after which nothing that
   * this process says can be trusted: such a one ends the process. Anything else, a stack overflow,
   * a failed assertion and a class that cannot be linked included, is about the work in hand and
   * may be caught with it.
   */
  public static boolean isFatal(Throwable failure) {
    @Nullable Throwable at = failure;
    for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
      if (at instanceof VirtualMachineError && !(at instanceof StackOverflowError)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
