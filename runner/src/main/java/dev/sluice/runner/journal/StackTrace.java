package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where an exception was thrown, and its causes, as an error record keeps it. Its classes are the
 * agent's: each method of theirs may fail, or return far too much.
 */
final class StackTrace {
  private static final int MOST_CAUSES = 5;
  private static final int MOST_FRAMES = 40;
  private static final int LINE_CHARS = 300;

  private StackTrace() {}

  /** At most {@link Bounds#STACK_TRACE_CHARS}, of which each cause gets as much as the others. */
  static String of(Throwable failure) {
    var causes = causes(failure);
    int share = Bounds.STACK_TRACE_CHARS / causes.size();
    var text = new StringBuilder();
    for (int i = 0; i < causes.size(); i++) {
      text.append(Texts.atMost(share, (i == 0 ? "" : "Caused by: ") + one(causes.get(i))));
    }
    return text.toString();
  }

  /** The first ones, and instead of what is between them the one where all began. */
  private static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    @Nullable Throwable at = failure;
    for (int depth = 0; at != null && depth < 1_000 && !isIn(causes, at); depth++) {
      if (causes.size() == MOST_CAUSES) {
        causes.removeLast();
      }
      causes.add(at);
      var last = at;
      at = either(last::getCause, null);
    }
    return causes;
  }

  @SuppressWarnings("ReferenceEquality") // an exception's own equals may say anything
  private static boolean isIn(List<Throwable> causes, Throwable at) {
    return causes.stream().anyMatch(one -> one == at);
  }

  private static String one(Throwable failure) {
    var message = either(failure::getMessage, "its message cannot be read");
    var text = new StringBuilder(failure.getClass().getName());
    if (message != null) {
      text.append(": ").append(message);
    }
    var lines = new StringBuilder(Texts.atMost(LINE_CHARS, text.toString())).append('\n');
    var frames = either(failure::getStackTrace, new StackTraceElement[0]);
    for (int i = 0; frames != null && i < Math.min(frames.length, MOST_FRAMES); i++) {
      lines.append(Texts.atMost(LINE_CHARS, "  at " + frames[i])).append('\n');
    }
    return lines.toString();
  }

  private static <T> @Nullable T either(Supplier<@Nullable T> asked, @Nullable T otherwise) {
    try {
      return asked.get();
    } catch (RuntimeException | Error e) {
      return otherwise;
    }
  }
}
