package dev.sluice.runner.io;

import dev.sluice.contract.Bounds;
import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.Dispatch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the dispatches of one topic; none that is forged or broken holds up the next. */
public final class DispatchReader {
  private static final QuietLog LOG = QuietLog.of(DispatchReader.class);

  private static final int REMEMBERED = 1_000;

  /** What a record is. */
  public sealed interface Read {
    /** A dispatch to be answered by the rules. */
    record Sound(Dispatch dispatch) implements Read {}

    /** A dispatch that can be answered and not be executed: it goes back. */
    record Unsound(Dispatch dispatch) implements Read {}

    /** Nothing that can be answered. */
    record Unusable() implements Read {}
  }

  private final Deserializer<Dispatch> deserializer;
  private final DispatchChecks checks;
  private final WorkerMeasures measures;

  /** The epochs of runs whose unsound dispatches went back. */
  private final Map<RunRef, Integer> unsound =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RunRef, Integer> eldest) {
          return size() > REMEMBERED;
        }
      };

  public DispatchReader(
      Deserializer<Dispatch> deserializer, DispatchChecks checks, WorkerMeasures measures) {
    this.deserializer = deserializer;
    this.checks = checks;
    this.measures = measures;
  }

  /**
   * Reads one record.
   *
   * @throws SerdeException if no registry answers; it can be read later
   */
  public Read read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return checked(record);
    } catch (RuntimeException | StackOverflowError e) {
      if (e instanceof SerdeException serde && serde.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw serde.at(record.topic(), record.partition(), record.offset());
      }
      measures.setAside();
      LOG.error("The dispatch at {} is set aside, it cannot be read", place(record), e);
      return new Read.Unusable();
    }
  }

  private Read checked(ConsumerRecord<byte[], byte[]> record) {
    if (record.serializedValueSize() > Bounds.INTERNAL_RECORD_BYTES) {
      return unusable(record, record.serializedValueSize() + " bytes are too many");
    }
    var dispatch = deserializer.deserialize(record.topic(), record.value());
    if (dispatch == null) {
      return unusable(record, "it has no value");
    }
    var anonymous = checks.identityProblem(dispatch);
    if (anonymous.isPresent()) {
      return unusable(record, anonymous.get());
    }
    var problem = checks.problem(dispatch);
    return problem.isPresent()
        ? unsound(record, dispatch, problem.get())
        : new Read.Sound(dispatch);
  }

  private Read unusable(ConsumerRecord<byte[], byte[]> record, String why) {
    setAside(record, why);
    return new Read.Unusable();
  }

  private void setAside(ConsumerRecord<byte[], byte[]> record, String why) {
    measures.setAside();
    LOG.error("The dispatch at {} is set aside: {}", place(record), why);
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  /**
   * A run that comes again as unsound as before would come for ever: its next dispatches are left
   * without an answer, so that the gate counts them as lost leases and ends it.
   */
  private Read unsound(ConsumerRecord<byte[], byte[]> record, Dispatch dispatch, String why) {
    setAside(record, why);
    var run = new RunRef(dispatch.getTenant(), dispatch.getRunId(), 0);
    Integer before = unsound.putIfAbsent(run, dispatch.getEpoch());
    return before == null || before >= dispatch.getEpoch()
        ? new Read.Unsound(dispatch)
        : new Read.Unusable();
  }
}
