package dev.sluice.schemas.process;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger for events that any record may cause. It writes each message at most once in ten
 * seconds, with the number of those left out. A stack trace appears once for each place that
 * throws, later only its message. The length of a line is bounded, whatever the arguments are.
 */
public final class QuietLog {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Map<QuietLog, Boolean> ALL = new ConcurrentHashMap<>();
  private static final Places PLACES = new Places();

  static {
    long every = INTERVAL.toMillis();
    Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("log-counts").daemon().factory())
        .scheduleWithFixedDelay(QuietLog::tellAll, every, every, TimeUnit.MILLISECONDS);
  }

  private static final class Kind {
    private long shownAt;
    private long unshown;
    private @Nullable Level level;
  }

  private final Logger log;
  private final LongSupplier nanos;
  private final Places places;
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();

  QuietLog(Logger log, LongSupplier nanos, Places places) {
    this.log = log;
    this.nanos = nanos;
    this.places = places;
  }

  /** The logger of a class; one for each, as its counts are kept with it. */
  public static QuietLog of(Class<?> owner) {
    var log = new QuietLog(LoggerFactory.getLogger(owner), System::nanoTime, PLACES);
    ALL.put(log, true);
    return log;
  }

  private static void tellAll() {
    ALL.keySet().forEach(QuietLog::tellCounts);
  }

  public void info(String sentence, @Nullable Object... arguments) {
    write(Level.INFO, sentence, arguments);
  }

  public void warn(String sentence, @Nullable Object... arguments) {
    write(Level.WARN, sentence, arguments);
  }

  /**
   * Writes a line unless this sentence was written in the last ten seconds.
   *
   * @param sentence a constant with {@code {}} for each argument
   * @param arguments the last one may be a failure without a {@code {}} of its own
   */
  public void error(String sentence, @Nullable Object... arguments) {
    write(Level.ERROR, sentence, arguments);
  }

  private void write(Level level, String sentence, @Nullable Object[] arguments) {
    long unshown = mayShow(level, sentence);
    if (unshown < 0) {
      return;
    }
    var given = arguments.length == 0 ? null : arguments[arguments.length - 1];
    var failure = given instanceof Throwable thrown ? thrown : null;
    var words = failure == null ? arguments : Arrays.copyOf(arguments, arguments.length - 1);
    var shown = Arrays.stream(words).map(Places::bounded).toArray();
    var line = new StringBuilder(MessageFormatter.basicArrayFormat(sentence, shown));
    if (unshown > 0) {
      line.append(" (").append(unshown).append(" more not shown)");
    }
    if (failure != null) {
      line.append(": ").append(places.describe(failure));
    }
    log.atLevel(level).log(line.toString());
  }

  /** How many were not shown since the last line of this kind; -1 if this one is not, either. */
  private long mayShow(Level level, String sentence) {
    long now = nanos.getAsLong();
    var kind = kinds.computeIfAbsent(sentence, key -> new Kind());
    synchronized (kind) {
      if (kind.level != null && now - kind.shownAt < INTERVAL.toNanos()) {
        kind.unshown++;
        return -1;
      }
      long unshown = kind.unshown;
      kind.level = level;
      kind.shownAt = now;
      kind.unshown = 0;
      return unshown;
    }
  }

  /** Writes the counts of what was not shown and has not happened again since. */
  void tellCounts() {
    kinds.forEach(this::tellCount);
  }

  private void tellCount(String sentence, Kind kind) {
    long unshown;
    Level level;
    synchronized (kind) {
      level = kind.level;
      if (kind.unshown == 0 || level == null || isRecent(kind)) {
        return;
      }
      unshown = kind.unshown;
      kind.unshown = 0;
      kind.shownAt = nanos.getAsLong();
    }
    log.atLevel(level).log(unshown + " more not shown of: " + sentence);
  }

  private boolean isRecent(Kind kind) {
    return nanos.getAsLong() - kind.shownAt < INTERVAL.toNanos();
  }
}
