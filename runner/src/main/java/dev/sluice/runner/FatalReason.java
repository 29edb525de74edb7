package dev.sluice.runner;

import org.jspecify.annotations.Nullable;

/**
 * Why a runner has closed itself.
 *
 * @param message for people
 * @param cause what was thrown; null if nothing was
 */
public record FatalReason(Kind kind, String message, @Nullable Throwable cause) {
  /** What has happened to it. */
  public enum Kind {
    /** A thread that it cannot do without has ended. Another runner can be started. */
    THREAD_ENDED,
    /** Memory ran out, or the JVM failed otherwise: better end the process. */
    JVM_FAILED,
    /**
     * Half of its slots are taken by runs that do not stop though they were told to. Their code
     * still executes in this process; only its end ends them.
     */
    SLOTS_STUCK,
    /** Another runner goes by its worker id; each needs its own. */
    ID_TAKEN
  }
}
