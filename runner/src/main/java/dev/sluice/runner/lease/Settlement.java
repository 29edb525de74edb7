package dev.sluice.runner.lease;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Settles claims whose transaction was of unknown outcome: waits until that is decided, and reads
 * it off the committed offsets (rule 3).
 *
 * @param <C> a claim
 */
final class Settlement<C> {
  /** The pool's group, as Kafka knows it. */
  interface Group {
    /**
     * Ends whatever is open under the worker's transactional id, and reads what is committed then.
     *
     * @throws KafkaException if that is not known yet
     */
    Map<TopicPartition, OffsetAndMetadata> decided(Set<TopicPartition> sources);

    /** Lets the worker wait a little before it asks again. */
    void pause();

    /** Whether the worker holds the partition still. */
    boolean holds(TopicPartition source);

    /**
     * Reads a partition again.
     *
     * @param from null for its beginning: nobody has committed anything
     */
    void readFrom(TopicPartition source, @Nullable OffsetAndMetadata from);
  }

  /** What becomes of claims. */
  interface Claims<C> {
    /** Ours were committed: their runs start. */
    void start(TopicPartition source, OffsetAndMetadata committed, List<C> claims);

    /** Somebody has answered the dispatch, and it may have been us. */
    void giveUp(C claim);

    /** Nobody has answered the dispatch: it is read again. */
    void giveSlot(C claim);
  }

  private final Group group;
  private final Claims<C> claims;
  private final String mark;

  /**
   * Of one worker.
   *
   * @param mark stands beside the offsets that this incarnation commits
   */
  Settlement(Group group, Claims<C> claims, String mark) {
    this.group = group;
    this.claims = claims;
    this.mark = mark;
  }

  /**
   * Settles what a transaction was to commit.
   *
   * @param ours offsets, with the claims behind each
   * @param isClosed whether the worker ends, and does not wait any longer: then no run starts
   */
  void settle(
      Map<TopicPartition, OffsetAndMetadata> ours,
      Map<TopicPartition, List<C>> made,
      BooleanSupplier isClosed) {
    var committed = outcome(ours.keySet(), isClosed);
    ours.forEach(
        (source, offset) ->
            settle(source, offset, committed.get(source), made.getOrDefault(source, List.of())));
  }

  private Map<TopicPartition, OffsetAndMetadata> outcome(
      Set<TopicPartition> sources, BooleanSupplier isClosed) {
    while (!isClosed.getAsBoolean()) {
      try {
        return group.decided(sources);
      } catch (KafkaException notKnownYet) {
        group.pause();
      }
    }
    return Map.of();
  }

  private void settle(
      TopicPartition source,
      OffsetAndMetadata ours,
      @Nullable OffsetAndMetadata committed,
      List<C> made) {
    if (committed != null
        && committed.offset() == ours.offset()
        && committed.metadata().equals(mark)) {
      claims.start(source, ours, made);
      return;
    }
    if (committed != null && committed.offset() >= ours.offset()) {
      made.forEach(claims::giveUp);
    } else {
      made.forEach(claims::giveSlot);
    }
    if (group.holds(source)) {
      group.readFrom(source, committed);
    }
  }
}
