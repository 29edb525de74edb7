package dev.sluice.topology.gate;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Lets a task's inputs take turns. Kafka Streams takes the record with the smallest timestamp next;
 * by append time a flood on one topic would stand before everything that is appended behind it on
 * the others. So a record's timestamp is the virtual time at which its topic has its turn:
 * start-time fair queueing (Goyal, Vin, Cheng 1996), a KiB for a unit. No decision depends on the
 * order between topics (rule 1).
 *
 * <p>All calls for a partition come from the one thread that has its task.
 */
final class FairIntake implements TimestampExtractor {
  private static final long UNIT_BYTES = 1024;

  /** One task's inputs. */
  private static final class Turns {
    private long now;
    private final Map<String, Input> inputs = new HashMap<>();

    Input of(String topic) {
      return inputs.computeIfAbsent(topic, name -> new Input());
    }
  }

  /** The state of one topic: when its next turn is, and the records that wait for it. */
  private static final class Input {
    private long free;
    private final TreeMap<Long, Head> heads = new TreeMap<>();
  }

  private record Head(long turn, long appendMs) {}

  private final Map<Integer, Turns> tasks = new ConcurrentHashMap<>();

  /** The virtual time of a record that has come to the head of its partition. */
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    var turns = tasks.computeIfAbsent(record.partition(), partition -> new Turns());
    var input = turns.of(record.topic());
    long turn = Math.max(turns.now, input.free);
    input.free = turn + 1 + size(record) / UNIT_BYTES;
    input.heads.put(record.offset(), new Head(turn, record.timestamp()));
    return turn;
  }

  private static long size(ConsumerRecord<?, ?> record) {
    return Math.max(0L, record.serializedKeySize()) + Math.max(0L, record.serializedValueSize());
  }

  /**
   * Begins the turn of a record, or begins it again: after a time-out Kafka Streams processes a
   * record once more without looking at its timestamp.
   *
   * @return its append time, in milliseconds since the epoch
   * @throws IllegalStateException if it was never at the head of its partition
   */
  long take(RecordMetadata at) {
    var turns = tasks.computeIfAbsent(at.partition(), partition -> new Turns());
    var heads = turns.of(at.topic()).heads;
    var head = heads.get(at.offset());
    if (head == null) {
      throw new IllegalStateException("nothing is known of the record at " + at);
    }
    heads.headMap(at.offset(), false).clear();
    turns.now = Math.max(turns.now, head.turn());
    return head.appendMs();
  }
}
