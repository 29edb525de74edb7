package dev.sluice.topology.catalog.values;

import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.catalog.values.JournalSource.Read;
import dev.sluice.v1.JournalRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * One pass through the journal for the positions of a page. Of the records that a poll returns, it
 * keeps only those at later positions of the page.
 */
final class JournalPass {
  /** Across so many records it is cheaper to read on than to seek. */
  private static final long NEAR = 200;

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<JournalRecord> deserializer;
  private final long untilNanos;
  private final Map<TopicPartition, Map<Long, JournalPlace>> wanted = new HashMap<>();
  private final Map<JournalPlace, Read> kept = new HashMap<>();
  private @Nullable TopicPartition at;

  /**
   * Begins one.
   *
   * @param consumer nobody else's until the pass is over
   */
  JournalPass(
      String topic,
      Consumer<byte[], byte[]> consumer,
      Deserializer<JournalRecord> deserializer,
      long untilNanos) {
    this.topic = topic;
    this.consumer = consumer;
    this.deserializer = deserializer;
    this.untilNanos = untilNanos;
  }

  /** What stands at the first of {@code places}, as many as can be read in time. */
  List<Read> read(List<JournalPlace> places) {
    places.forEach(
        place ->
            wanted
                .computeIfAbsent(partition(place), any -> new HashMap<>())
                .put(place.offset(), place));
    var reads = new ArrayList<Read>(places.size());
    for (var place : places) {
      var read = read(place);
      if (read == null) {
        break;
      }
      reads.add(read);
    }
    return reads;
  }

  private TopicPartition partition(JournalPlace place) {
    return new TopicPartition(topic, place.partition());
  }

  /** Null if the time is over. */
  private @Nullable Read read(JournalPlace place) {
    try {
      return fetched(place);
    } catch (OffsetOutOfRangeException e) {
      return lost("the journal no longer contains it");
    } catch (AuthorizationException
        | AuthenticationException
        | RetriableException
        | InterruptException e) {
      throw new JournalUnavailableException("the journal cannot be read: " + e.getMessage(), e);
    } catch (KafkaException broken) {
      return lost("Kafka cannot read it: " + broken.getMessage());
    }
  }

  private Read lost(String why) {
    at = null; // where the consumer stands it cannot go on
    return new Read.Missing(why);
  }

  private @Nullable Read fetched(JournalPlace place) {
    var partition = partition(place);
    if (!kept.containsKey(place)) {
      goTo(partition, place.offset());
    }
    while (!kept.containsKey(place)) {
      long left = untilNanos - System.nanoTime();
      if (consumer.position(partition) > place.offset()) {
        return new Read.Missing("it is no longer in the journal");
      }
      if (left <= 0) {
        return null;
      }
      consumer.poll(Duration.ofNanos(left)).forEach(this::keep);
    }
    return kept.remove(place);
  }

  private void goTo(TopicPartition partition, long offset) {
    if (!partition.equals(at)) {
      consumer.assign(Set.of(partition));
      consumer.seek(partition, offset);
      at = partition;
    }
    long ahead = offset - consumer.position(partition);
    if (ahead < 0 || ahead > NEAR) {
      consumer.seek(partition, offset);
    }
  }

  private void keep(ConsumerRecord<byte[], byte[]> record) {
    var partition = new TopicPartition(record.topic(), record.partition());
    var place = wanted.getOrDefault(partition, Map.of()).get(record.offset());
    if (place != null) {
      kept.put(place, meant(place, record));
    }
  }

  private Read meant(JournalPlace place, ConsumerRecord<byte[], byte[]> record) {
    boolean isIt =
        record.key() != null
            && Arrays.equals(record.key(), place.key().getBytes(StandardCharsets.UTF_8));
    return isIt && record.value() != null
        ? decoded(record.value())
        : new Read.Missing("another record is at its position");
  }

  private Read decoded(byte[] value) {
    try {
      return new Read.Found(deserializer.deserialize(topic, value));
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw new JournalUnavailableException("the schema registry does not answer", e);
      }
      return new Read.Missing("it cannot be decoded: " + e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      return new Read.Missing("it cannot be decoded");
    }
  }

  /** A record that is too large to be handed out is at {@code offset}. */
  void skipped(TopicPartition partition, long offset, String why) {
    var place = wanted.getOrDefault(partition, Map.of()).get(offset);
    if (place != null) {
      kept.put(place, new Read.Missing(why));
    }
  }
}
