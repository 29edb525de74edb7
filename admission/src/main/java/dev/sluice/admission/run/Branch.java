package dev.sluice.admission.run;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;

/** One of the things that a combined wait waits for. */
public sealed interface Branch {
  /** The end of a child; a number that names nobody, such as a refused child's, has ended. */
  record Child(int number) implements Branch {}

  /** A signal of a name. */
  record ForSignal(String name) implements Branch {
    /** A name that is too long is cut: no signal can have it. */
    public ForSignal {
      name = Texts.atMost(Bounds.NAME_CHARS, name);
    }
  }

  /**
   * A time.
   *
   * @param delayMs counted from when the wait's record was appended, in milliseconds
   */
  record Timer(long delayMs) implements Branch {
    public Timer {
      delayMs = Math.clamp(delayMs, 0, Bounds.DURATION_MS);
    }
  }
}
