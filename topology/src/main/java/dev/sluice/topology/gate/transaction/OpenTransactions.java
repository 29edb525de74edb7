package dev.sluice.topology.gate.transaction;

import static dev.sluice.topology.gate.topic.ReadPartitions.get;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Finds the owners of transactions that block readers. */
public final class OpenTransactions {
  /**
   * A transaction that is open in a partition.
   *
   * @param startOffset of its first record there
   * @param id its transactional id; null where nobody tells it to us
   * @param known what its coordinator says; null where it says nothing
   */
  public record Open(
      TopicPartition partition,
      long startOffset,
      long producerId,
      @Nullable String id,
      @Nullable TransactionDescription known) {
    /** When it began, by its coordinator's clock; −1 if that is not known. */
    long startMs() {
      return known == null ? -1 : known.transactionStartTimeMs().orElse(-1);
    }
  }

  private record First(TopicPartition partition, long offset, long producerId) {}

  private final Admin admin;

  public OpenTransactions(Admin admin) {
    this.admin = admin;
  }

  /** The earliest open transaction of each partition that has one; it blocks readers. */
  public List<Open> earliest(Collection<TopicPartition> partitions)
      throws InterruptedException, TimeoutException, ExecutionException {
    var firsts = new ArrayList<First>();
    var states = admin.describeProducers(partitions);
    for (var partition : partitions) {
      var first = first(partition, states.partitionResult(partition));
      if (first != null) {
        firsts.add(first);
      }
    }
    var ids = ids(firsts);
    var open = new ArrayList<Open>();
    for (var first : firsts) {
      var id = ids.get(first.producerId());
      var known = id == null ? null : describe(id);
      open.add(new Open(first.partition(), first.offset(), first.producerId(), id, known));
    }
    return open;
  }

  private static @Nullable First first(
      TopicPartition partition,
      org.apache.kafka.common.KafkaFuture<
              org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState>
          state)
      throws InterruptedException, TimeoutException {
    First first = null;
    try {
      for (var producer : get(state).activeProducers()) {
        long offset = producer.currentTransactionStartOffset().orElse(Long.MAX_VALUE);
        if (offset < (first == null ? Long.MAX_VALUE : first.offset())) {
          first = new First(partition, offset, producer.producerId());
        }
      }
    } catch (ExecutionException notAllowedOrNoLeader) {
      return new First(partition, -1, -1);
    }
    return first;
  }

  private Map<Long, String> ids(List<First> firsts)
      throws ExecutionException, InterruptedException, TimeoutException {
    var producers = new HashSet<Long>();
    firsts.forEach(first -> producers.add(first.producerId()));
    producers.remove(-1L);
    var ids = new HashMap<Long, String>();
    if (!producers.isEmpty()) { // asked about no producer, Kafka would tell of all
      var options = new ListTransactionsOptions().filterProducerIds(producers);
      for (var listing : get(admin.listTransactions(options).all())) {
        ids.put(listing.producerId(), listing.transactionalId());
      }
    }
    return ids;
  }

  /** What the coordinator says about it now; null if it says nothing. */
  public @Nullable TransactionDescription describe(String id)
      throws InterruptedException, TimeoutException {
    try {
      return get(admin.describeTransactions(List.of(id)).description(id));
    } catch (ExecutionException unknownOrNotAllowed) {
      return null;
    }
  }
}
