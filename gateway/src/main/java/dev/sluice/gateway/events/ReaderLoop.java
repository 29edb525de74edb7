package dev.sluice.gateway.events;

import dev.sluice.schemas.process.QuietLog;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A thread that reads for streams until it is closed, and then closes its consumer. What goes wrong
 * in one turn costs that turn; what is fatal ends the process, as in any thread.
 */
final class ReaderLoop implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(ReaderLoop.class);

  /** One round of the thread. */
  @FunctionalInterface
  interface Turn {
    void take() throws InterruptedException;
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Duration pause;
  private final Turn turn;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param consumer for this thread alone
   * @param pause behind a turn that went wrong
   */
  ReaderLoop(String name, Consumer<byte[], byte[]> consumer, Duration pause, Turn turn) {
    this.consumer = consumer;
    this.pause = pause;
    this.turn = turn;
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  boolean isClosed() {
    return closed;
  }

  private void work() {
    while (!closed) {
      take();
    }
    Thread.interrupted(); // what ended it must not cut off the close
    try {
      consumer.close();
    } catch (KafkaException e) {
      LOG.warn("A consumer of events could not be closed", e);
    }
  }

  private void take() {
    try {
      turn.take();
    } catch (InterruptedException | InterruptException e) {
      // only close() interrupts; its condition ends the loop
    } catch (KafkaException e) {
      LOG.warn("Events cannot be read; going on", e);
      await();
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("Streams were not told something; going on", e);
      await();
    }
  }

  private void await() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
