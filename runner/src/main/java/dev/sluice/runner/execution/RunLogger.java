package dev.sluice.runner.execution;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent logs: once, with the run that it is about, and not again in replay. */
final class RunLogger implements System.Logger {
  private final Logger log;
  private final Execution execution;
  private final StepTries tries;

  /**
   * @param name of the logger in the worker's own configuration
   */
  RunLogger(String name, Execution execution, StepTries tries) {
    this.log = LoggerFactory.getLogger(name);
    this.execution = execution;
    this.tries = tries;
  }

  @Override
  public String getName() {
    return log.getName();
  }

  @Override
  public boolean isLoggable(Level level) {
    var known = level(level);
    return known != null && log.isEnabledForLevel(known) && isNew();
  }

  /** The step whose body logs, or one of its threads; null if none does. */
  @Nullable String step() {
    var bodies = execution.thread().bodies();
    var beside = bodies == null ? null : bodies.executedBy(Thread.currentThread());
    return beside == null ? tries.step() : beside.name();
  }

  /** No earlier epoch has passed here: a body executes only where the journal has ended. */
  boolean isNew() {
    return step() != null || execution.journal().isAhead();
  }

  private static org.slf4j.event.@Nullable Level level(Level level) {
    return switch (level) {
      case ALL, TRACE -> org.slf4j.event.Level.TRACE;
      case DEBUG -> org.slf4j.event.Level.DEBUG;
      case INFO -> org.slf4j.event.Level.INFO;
      case WARNING -> org.slf4j.event.Level.WARN;
      case ERROR -> org.slf4j.event.Level.ERROR;
      case OFF -> null;
    };
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    var known = level(level);
    if (known != null && isLoggable(level)) {
      write(known, text(bundle, message), thrown);
    }
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... arguments) {
    var known = level(level);
    if (known != null && isLoggable(level)) {
      write(known, text(bundle, format, arguments), null);
    }
  }

  private static String text(
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... arguments) {
    var key = String.valueOf(format);
    var text = bundle != null && bundle.containsKey(key) ? bundle.getString(key) : key;
    return arguments == null || arguments.length == 0
        ? text
        : MessageFormat.format(text, arguments);
  }

  private void write(org.slf4j.event.Level level, String text, @Nullable Throwable thrown) {
    var ref = execution.ref();
    var line =
        log.atLevel(level)
            .setMessage(text)
            .setCause(thrown)
            .addKeyValue("runId", ref.runId())
            .addKeyValue("tenantId", ref.tenant())
            .addKeyValue("epoch", ref.epoch());
    var step = step();
    (step == null ? line : line.addKeyValue("step", step)).log();
  }
}
