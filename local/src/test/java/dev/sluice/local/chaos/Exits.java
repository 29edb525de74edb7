package dev.sluice.local.chaos;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.local.stack.LocalStack;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the stack says of processes that ended, which it starts again. */
final class Exits implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger(LocalStack.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  Exits() {
    said.list = new CopyOnWriteArrayList<>();
    said.start();
    logger.addAppender(said);
  }

  /** As the stack says it: by name and code, and whether it had been ready. */
  List<String> all() {
    return said.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(message -> message.contains(" ended with "))
        .map(message -> message.substring(0, message.indexOf(';')))
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(said);
  }
}
