package dev.sluice.topology.streams;

import dev.sluice.schemas.process.Pauses;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.Vitals;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka Streams client that is replaced when its environment changes, or fails; then at growing
 * intervals. A failure of our own ends the process.
 */
public final class RestartingStreams implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(RestartingStreams.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(1);
  private static final long TOLD_EVERY_NANOS = 1_000_000;
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** How long it must run before what failed counts as over. */
  private static final Duration SOUND_AFTER = Duration.ofSeconds(5);

  /** Makes a client that is not started yet. */
  public interface Maker {
    /**
     * Looks at what the client needs, and makes it.
     *
     * @throws SettingsException if the environment is not as it must be
     * @throws KafkaException if Kafka cannot be reached
     */
    KafkaStreams make();
  }

  /** Why a client is to be closed: a failure, or something that has changed. */
  private record End(@Nullable Throwable failure, String why) {}

  private final Maker maker;
  private final Vitals vitals;
  private final Pauses pauses;
  private final Thread keeper;
  private volatile BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private volatile KafkaStreams streams;
  private volatile boolean closed;
  private volatile @Nullable String held;

  private RestartingStreams(String name, Maker maker, Vitals vitals, @Nullable String why) {
    held = why;
    this.maker = maker;
    this.vitals = vitals;
    pauses = new Pauses(name, LONGEST_PAUSE);
    streams = made();
    keeper = Thread.ofPlatform().name(name + "-keeper").daemon().unstarted(this::keep);
  }

  /**
   * Makes the first client and starts it.
   *
   * @param name of what it does, for the log
   * @param why it is not to take records yet, as in {@link #hold}; null if it may
   * @throws SettingsException if the environment is not as it must be
   * @throws KafkaException if Kafka cannot be reached
   */
  public static RestartingStreams start(
      String name, Maker maker, Vitals vitals, @Nullable String why) {
    var started = new RestartingStreams(name, maker, vitals, why);
    started.streams.start();
    started.keeper.start();
    return started;
  }

  private KafkaStreams made() {
    var made = maker.make();
    var endsOfIt = new LinkedBlockingQueue<End>();
    made.setUncaughtExceptionHandler(
        failure -> {
          endsOfIt.add(new End(failure, "it failed"));
          stopBesideFailingThread(made);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    made.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) {
            endsOfIt.add(new End(new KafkaException("the client has ended"), "it failed"));
          }
        });
    ends = endsOfIt;
    hold(made);
    return made;
  }

  /**
   * Takes no record for as long as something around it is not as it must be.
   *
   * @param why that is so; null if it may go on
   */
  public void hold(@Nullable String why) {
    if (!Objects.equals(why, held)) {
      LOG.info("{}: {}", keeper.getName(), why == null ? "records are taken again" : why);
    }
    held = why;
    hold(streams);
  }

  private void hold(KafkaStreams client) {
    if (held != null && !client.isPaused()) {
      client.pause();
    } else if (held == null && client.isPaused()) {
      client.resume();
    }
  }

  /** Closes the client and makes another, because something has changed. */
  public void restart(String why) {
    ends.add(new End(null, why));
  }

  @SuppressWarnings("CatchingUnchecked") // whatever ends the thread, nobody else would tell
  private void keep() {
    try {
      while (!closed) {
        var end = awaitEnd();
        stop(streams);
        if (!takeIn(end)) {
          return;
        }
        startAnother();
      }
    } catch (InterruptedException e) {
      if (!closed) {
        vitals.ended(keeper.getName(), e);
      }
    } catch (Throwable e) {
      vitals.ended(keeper.getName(), e);
    }
  }

  private End awaitEnd() throws InterruptedException {
    long soundSince = System.nanoTime();
    while (true) {
      var end = ends.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      if (end != null) {
        return end;
      }
      if (streams.state() != KafkaStreams.State.RUNNING) {
        soundSince = System.nanoTime();
      } else if (System.nanoTime() - soundSince > soundAfter().toNanos()) {
        pauses.over();
      }
    }
  }

  private Duration soundAfter() {
    return pauses.last().compareTo(SOUND_AFTER) > 0 ? pauses.last() : SOUND_AFTER;
  }

  /** Waits if the environment has failed; false if it is no use to go on. */
  private boolean takeIn(End end) throws InterruptedException {
    var failure = end.failure();
    if (failure == null) {
      LOG.info("Starting the Kafka Streams client again: {}", end.why());
    } else if (Faults.isEnvironments(failure)) {
      TimeUnit.NANOSECONDS.sleep(pauses.after(failure).toNanos());
    } else {
      vitals.ended("a stream thread", failure);
      return false;
    }
    return true;
  }

  private void startAnother() throws InterruptedException {
    while (!closed) {
      try {
        var another = made();
        streams = another;
        if (!closed) { // else whoever closes this may have seen the one before
          another.start();
        }
        return;
      } catch (KafkaException | SettingsException e) {
        TimeUnit.NANOSECONDS.sleep(pauses.after(e).toNanos());
      }
    }
  }

  /** The client now; there may be another one in a moment. */
  public KafkaStreams current() {
    return streams;
  }

  /** Whether all its tasks run, and nothing has failed just now. */
  public boolean isRunning() {
    return whyNot() == null;
  }

  /** Why it does not run; null if it does. */
  public @Nullable String whyNot() {
    var failed = pauses.whyNot();
    if (failed != null) {
      return failed;
    }
    var why = held;
    if (why != null) {
      return why;
    }
    var state = streams.state();
    return state == KafkaStreams.State.RUNNING ? null : "Kafka Streams is " + state;
  }

  @Override
  public void close() {
    closed = true;
    keeper.interrupt();
    try {
      keeper.join(STOP_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop(streams);
  }

  /**
   * Closes the client from another thread before the one that failed ends, which would not leave
   * the group by itself. If that comes too late, the next client waits for the session's end.
   */
  private static void stopBesideFailingThread(KafkaStreams client) {
    Thread.ofPlatform().name("closing-failed-client").daemon().start(() -> stop(client));
    long until = System.nanoTime() + TOLD_WITHIN.toNanos();
    while (client.state().isRunningOrRebalancing() && System.nanoTime() < until) {
      LockSupport.parkNanos(TOLD_EVERY_NANOS);
    }
    LockSupport.parkNanos(TOLD_WITHIN.toNanos() / 10); // its threads are told right behind
  }

  /**
   * Leaves the group, too: else its coordinator waits for the session's end before it gives the
   * partitions to anybody, this process's next client included.
   */
  private static void stop(KafkaStreams client) {
    client.close(
        CloseOptions.timeout(STOP_WITHIN)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }
}
