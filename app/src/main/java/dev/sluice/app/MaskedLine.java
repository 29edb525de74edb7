package dev.sluice.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import dev.sluice.contract.Secrets;

/**
 * What {@code %masked(…)} in a log's pattern does: a line without secrets, its stack trace, too.
 */
public final class MaskedLine extends CompositeConverter<ILoggingEvent> {
  @Override
  protected String transform(ILoggingEvent event, String line) {
    return Secrets.masked(line);
  }
}
