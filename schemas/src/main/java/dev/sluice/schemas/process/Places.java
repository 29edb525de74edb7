package dev.sluice.schemas.process;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Describes failures; the first one from each place comes with its stack trace. */
final class Places {
  private static final int MAX_PLACES = 1_000;
  private static final int MAX_CAUSES = 6;
  private static final int MAX_FRAMES = 16;
  private static final int MAX_WORDS = 300;

  private final Map<String, Boolean> seen = new ConcurrentHashMap<>();

  /** What failed and why, in one line; behind it the stack traces if its place is new. */
  String describe(Throwable failure) {
    var words = new StringBuilder();
    var traces = new StringBuilder();
    var place = new StringBuilder();
    Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>());
    for (var cause = failure;
        cause != null && told.size() < MAX_CAUSES && told.add(cause);
        cause = cause.getCause()) {
      words.append(words.isEmpty() ? "" : ", caused by ").append(words(cause));
      traces.append("\n  ").append(cause.getClass().getName());
      addFrames(cause, traces);
      place.append(cause.getClass().getName()).append(thrownAt(cause));
    }
    return isNew(place.toString()) ? words.append(traces).toString() : words.toString();
  }

  private boolean isNew(String place) {
    return seen.size() < MAX_PLACES && seen.putIfAbsent(place, true) == null;
  }

  private static String thrownAt(Throwable cause) {
    var frames = cause.getStackTrace();
    return frames.length == 0 ? "" : frames[0].getClassName() + ':' + frames[0].getLineNumber();
  }

  private static void addFrames(Throwable cause, StringBuilder to) {
    var frames = cause.getStackTrace();
    for (int i = 0; i < frames.length && i < MAX_FRAMES; i++) {
      to.append("\n    at ").append(frames[i]);
    }
    if (frames.length > MAX_FRAMES) {
      to.append("\n    and ").append(frames.length - MAX_FRAMES).append(" more");
    }
  }

  private static String words(Throwable cause) {
    var name = cause.getClass().getSimpleName();
    var message = message(cause);
    return message == null ? name : name + ": " + bounded(message);
  }

  /** An exception's own code may fail, too. */
  private static @Nullable String message(Throwable cause) {
    try {
      return cause.getMessage();
    } catch (RuntimeException broken) {
      return null;
    }
  }

  /** In one line of bounded length, whatever it holds. */
  static String bounded(@Nullable Object argument) {
    var text = String.valueOf(argument);
    var cut = text.length() <= MAX_WORDS ? text : text.substring(0, MAX_WORDS) + "…";
    return cut.chars().anyMatch(Places::isControl)
        ? cut.codePoints()
            .map(c -> isControl(c) ? '\uFFFD' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
        : cut;
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }
}
