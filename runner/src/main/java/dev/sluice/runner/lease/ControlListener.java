package dev.sluice.runner.lease;

import dev.sluice.runner.execution.Executions;
import dev.sluice.runner.execution.StopKind;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.v1.Control;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;

/** Hears what the gate tells this incarnation to stop. */
public final class ControlListener implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(ControlListener.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long STANDS_AFTER_MS = 30_000;

  private final String incarnation;
  private final Executions executions;
  private final Watch watch;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<Control> controls;
  private final LifeSigns.Sign sign;
  private final Thread thread;
  private volatile boolean closed;

  public ControlListener(
      String topic,
      String incarnation,
      Executions executions,
      Watch watch,
      Consumer<byte[], byte[]> consumer,
      SluiceSerdes serdes) {
    this.incarnation = incarnation;
    this.executions = executions;
    this.watch = watch;
    this.consumer = consumer;
    this.controls = serdes.deserializer(Control.class);
    var only = new TopicPartition(topic, 0);
    consumer.assign(List.of(only));
    consumer.seekToEnd(List.of(only));
    consumer.position(only); // now, not at the first poll: nothing said from here on is missed
    this.sign = watch.life().sign("control", STANDS_AFTER_MS);
    this.thread = watch.life().thread("control", this::work);
  }

  public void start() {
    thread.start();
  }

  private void work() {
    while (!closed) {
      try {
        consumer.poll(POLL).forEach(this::hear);
        sign.turned();
      } catch (WakeupException | InterruptException e) {
        // Only close() wakes the loop up; its condition ends it.
      } catch (RuntimeException e) {
        LOG.warn("Control messages cannot be read; going on", e);
        LifeSigns.pause(200);
      }
    }
  }

  /** Whatever one message says, the next one is heard. */
  private void hear(ConsumerRecord<byte[], byte[]> record) {
    try {
      var control = controls.deserialize(record.topic(), record.value());
      if (control != null && control.getIncarnation().equals(incarnation)) {
        var ref = new RunRef(control.getTenant(), control.getRunId(), control.getEpoch());
        LOG.info("Told to stop run {} of {}: {}", ref.runId(), ref.tenant(), control.getReason());
        executions.stop(ref, kind(control));
      }
    } catch (RuntimeException | StackOverflowError e) {
      watch.measures().setAside();
      LOG.error("The control message at offset {} is set aside", record.offset(), e);
    }
  }

  private static StopKind kind(Control control) {
    return switch (control.getKind()) {
      case CANCEL -> StopKind.CANCEL;
      case TIMEOUT -> StopKind.TIMEOUT;
      case REVOKE -> StopKind.REVOKED;
    };
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    LifeSigns.awaitEnd(thread, Duration.ofSeconds(5));
    consumer.close();
  }
}
