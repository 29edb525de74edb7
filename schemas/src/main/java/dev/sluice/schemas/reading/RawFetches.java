package dev.sluice.schemas.reading;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * Fetches batches from the broker without uncompressing them. Kafka's consumer cannot do this, so
 * this speaks the protocol with the consumer's own building blocks.
 */
final class RawFetches implements AutoCloseable {
  /** The last version that names topics. */
  private static final short VERSION = 12;

  private static final int FETCH_BYTES = 8 * 1024 * 1024;
  private static final int TIMEOUT_MS = 10_000;
  private static final int IDLE_MS = 60_000;
  private static final int BACKOFF_MS = 50;
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final String NAME = "raw-fetches";

  private final Metrics metrics = new Metrics();
  private final NetworkClient client;

  /** Connects when it first fetches; {@code kafka} is what a Kafka client is made with. */
  RawFetches(Map<String, String> kafka) {
    var config = new AdminClientConfig(new HashMap<String, Object>(kafka));
    var log = new LogContext("[" + NAME + "] ");
    var channels = ClientUtils.createChannelBuilder(config, Time.SYSTEM, log);
    client =
        new NetworkClient(
            new Selector(IDLE_MS, metrics, Time.SYSTEM, NAME, channels, log),
            new ManualMetadataUpdater(),
            NAME,
            1,
            BACKOFF_MS,
            BACKOFF_MS,
            BUFFER_BYTES,
            BUFFER_BYTES,
            TIMEOUT_MS,
            TIMEOUT_MS,
            TIMEOUT_MS,
            Time.SYSTEM,
            true,
            new ApiVersions(),
            log,
            MetadataRecoveryStrategy.NONE);
  }

  /**
   * The batches from {@code offset} on, of which the first may begin before it, up to what is
   * committed; none at the end.
   *
   * @throws KafkaException if the broker refuses or cannot be reached
   */
  PartitionData fetch(Node leader, TopicPartition partition, long offset) {
    var wanted =
        new FetchRequest.PartitionData(Uuid.ZERO_UUID, offset, -1, FETCH_BYTES, Optional.empty());
    var request =
        FetchRequest.Builder.forConsumer(VERSION, 0, 0, Map.of(partition, wanted))
            .isolationLevel(IsolationLevel.READ_COMMITTED)
            .setMaxBytes(FETCH_BYTES);
    try {
      if (!NetworkClientUtils.awaitReady(client, leader, Time.SYSTEM, TIMEOUT_MS)) {
        throw new KafkaException("no connection to " + leader);
      }
      var sent = client.newClientRequest(leader.idString(), request, now(), true);
      var answer = NetworkClientUtils.sendAndReceive(client, sent, Time.SYSTEM).responseBody();
      return only((FetchResponse) answer);
    } catch (IOException e) {
      throw new KafkaException("no batches of " + partition + " from " + leader, e);
    }
  }

  private static PartitionData only(FetchResponse answer) {
    if (answer.error() != Errors.NONE) {
      throw answer.error().exception();
    }
    var data = answer.data().responses().getFirst().partitions().getFirst();
    var error = Errors.forCode(data.errorCode());
    if (error != Errors.NONE) {
      throw error.exception();
    }
    return data;
  }

  private static long now() {
    return Time.SYSTEM.milliseconds();
  }

  @Override
  public void close() {
    client.close();
    metrics.close();
  }
}
