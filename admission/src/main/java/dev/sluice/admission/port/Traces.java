package dev.sluice.admission.port;

import org.jspecify.annotations.Nullable;

/** Describes exceptions within bounds and without I/O. */
public final class Traces {
  private static final int MAX_MESSAGE = 300;
  private static final int MAX_FRAMES = 24;
  private static final int MAX_CAUSES = 3;

  private Traces() {}

  /** The exception in one line. */
  public static String brief(Throwable failure) {
    var message = String.valueOf(failure.getMessage());
    return failure.getClass().getSimpleName()
        + ": "
        + (message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…");
  }

  /** The exception and its causes with the places where they were thrown. */
  public static String whole(Throwable failure) {
    var text = new StringBuilder();
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      text.append(depth == 0 ? "" : "caused by ").append(brief(cause)).append('\n');
      var frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
        text.append("  at ").append(frames[i]).append('\n');
      }
      cause = cause.getCause();
    }
    return text.toString();
  }
}
