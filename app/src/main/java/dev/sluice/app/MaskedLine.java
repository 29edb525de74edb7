package dev.sluice.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import dev.sluice.contract.Secrets;

/**
 * Implements {@code %masked(…)} in the log pattern: masks secrets in a line and its stack trace.
 */
public final class MaskedLine extends CompositeConverter<ILoggingEvent> {
  @Override
  protected String transform(ILoggingEvent event, String line) {
    return Secrets.masked(line);
  }
}
