package dev.sluice.gateway.letters;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.ResubmittedLimits;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records that the gate could not read back to it, byte for byte, for when what was wrong has
 * been mended: a registry that did not know a schema, a gate that was too old for it.
 *
 * <p>Only what users write is sent: records of {@code runs}, {@code submissions} (which go to
 * {@code runs}: only gateways write to {@code submissions}), {@code commands} and {@code tenants}.
 * A run that was taken meanwhile is a {@code DUPLICATE} then. Limits carry a header that says where
 * they lay, and the gate takes them only if none have been set since. Where the letter holds the
 * beginning of the record alone, the record itself is read, if its topic still has it.
 */
public final class Resubmission implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LARGEST_REQUEST = 16 * 1024 * 1024;

  /**
   * What became of a record.
   *
   * @param to where it lies now; null if it was not sent
   * @param why it was not sent; empty if it was, or would be
   */
  public record Outcome(RecordPlace record, @Nullable RecordPlace to, String why) {}

  private final String prefix;
  private final boolean isTrial;
  private final Map<String, String> targets;
  private final Deserializer<DeadLetter> reader;
  private final KafkaReads letters;
  private final KafkaReads originals;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * Connects; to be closed.
   *
   * @param kafka what a Kafka client is made with
   * @param isTrial whether nothing is sent
   */
  public Resubmission(
      Map<String, String> kafka, SluiceSerdes serdes, String prefix, boolean isTrial) {
    this.prefix = prefix;
    this.isTrial = isTrial;
    targets =
        Map.of(
            prefix + Topics.RUNS, prefix + Topics.RUNS,
            prefix + Topics.SUBMISSIONS, prefix + Topics.RUNS,
            prefix + Topics.COMMANDS, prefix + Topics.COMMANDS,
            prefix + Topics.TENANTS, prefix + Topics.TENANTS);
    reader = serdes.deserializer(DeadLetter.class);
    letters = new KafkaReads(kafka, PATIENCE);
    originals = new KafkaReads(kafka, PATIENCE);
    producer = producer(kafka);
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, String> kafka) {
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends what is selected, each record once however many letters it has, and tells of each.
   *
   * @throws org.apache.kafka.common.KafkaException if {@code dead-letters} cannot be read
   * @throws SerdeException if no registry answers
   */
  public void send(LetterSelection selection, Consumer<Outcome> each) {
    var missing = new HashSet<>(selection.records());
    var seen = new HashSet<RecordPlace>();
    letters.all(
        prefix + Topics.DEAD_LETTERS,
        record -> {
          var letter = read(record);
          if (letter == null || letter.getKind() != DeadLetterKind.UNREADABLE) {
            return;
          }
          var place = new RecordPlace(letter.getTopic(), letter.getPartition(), letter.getOffset());
          if (selection.has(place, letter) && isMeant(place, selection) && seen.add(place)) {
            missing.remove(place);
            each.accept(send(place, letter));
          }
        },
        letter -> each.accept(kept(letter, "dead letters from here on are deleted, unread")));
    for (var place : missing) {
      each.accept(kept(place, "no dead letter of an unreadable record like this"));
    }
  }

  /** What cannot be sent at all is told of only where it is asked for by name. */
  private boolean isMeant(RecordPlace place, LetterSelection selection) {
    return targets.containsKey(place.topic()) || selection.records().contains(place);
  }

  /** Null if it is no letter: nobody's records stop the others. */
  private @Nullable DeadLetter read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      return reader.deserialize(record.topic(), record.value());
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      return null;
    }
  }

  private Outcome send(RecordPlace place, DeadLetter letter) {
    var target = targets.get(place.topic());
    if (target == null) {
      return kept(place, OwnRecords.whyNot(place, prefix));
    }
    byte[] value = value(place, letter);
    if (value == null) {
      return kept(
          place,
          "only %d of its %d bytes are kept, and its topic no longer has it"
              .formatted(bytes(letter.getPayload()).length, letter.getPayloadSize()));
    }
    if (value.length == 0) {
      return kept(place, "it has no value");
    }
    if (isTrial) {
      return new Outcome(place, null, "");
    }
    byte[] key = letter.getKey() == null ? null : bytes(letter.getKey());
    if (!target.equals(prefix + Topics.TENANTS)) {
      return send(place, new ProducerRecord<>(target, key, value));
    }
    return key == null
        ? kept(place, "its key names no tenant")
        : send(place, limits(place, letter, key, value));
  }

  /** Where they lay, as places of one partition alone can be compared. */
  private static ProducerRecord<byte[], byte[]> limits(
      RecordPlace place, DeadLetter letter, byte[] key, byte[] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(place.topic(), place.partition(), key, value);
    byte[] lay = ResubmittedLimits.header(letter.getAtMs(), place.partition(), place.offset());
    record.headers().add(ResubmittedLimits.HEADER, lay);
    return record;
  }

  private Outcome send(RecordPlace place, ProducerRecord<byte[], byte[]> record) {
    try {
      var at = producer.send(record).get();
      return new Outcome(place, new RecordPlace(at.topic(), at.partition(), at.offset()), "");
    } catch (ExecutionException e) {
      return kept(place, "Kafka did not accept it: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return kept(place, "interrupted; it may have been sent");
    }
  }

  /** The whole value, from its topic where the letter has the beginning alone; null if gone. */
  private byte @Nullable [] value(RecordPlace place, DeadLetter letter) {
    byte[] kept = bytes(letter.getPayload());
    if (kept.length >= letter.getPayloadSize()) {
      return kept;
    }
    var original = originals.at(place);
    byte[] value = original == null ? null : original.value();
    boolean isSame =
        value != null
            && value.length == letter.getPayloadSize()
            && Arrays.equals(value, 0, kept.length, kept, 0, kept.length);
    return isSame ? value : null;
  }

  private static Outcome kept(RecordPlace place, String why) {
    return new Outcome(place, null, why);
  }

  private static byte[] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    producer.close(PATIENCE);
    letters.close();
    originals.close();
  }
}
