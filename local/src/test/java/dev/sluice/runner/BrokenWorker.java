package dev.sluice.runner;

import dev.sluice.runner.io.Clients;
import dev.sluice.sdk.Agent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The real worker on a consumer that lies: whatever partition it ever held it takes for its own for
 * ever, reads on there and answers, though the group has given it to another.
 */
public final class BrokenWorker {
  private BrokenWorker() {}

  /** Starts one. */
  public static Worker start(RunnerConfig config, List<Agent<?, ?>> agents) {
    return Worker.start(
        config, agents, Host.ofProcess(() -> {}, reason -> {}), new LyingClients(config));
  }

  private static final class LyingClients extends Clients {
    private final RunnerConfig config;

    LyingClients(RunnerConfig config) {
      super(config.kafka());
      this.config = config;
    }

    @Override
    @SuppressWarnings("unchecked") // the proxy implements this one interface
    public Consumer<byte[], byte[]> dispatchConsumer(String group, String worker) {
      var lying = new Lying(super.dispatchConsumer(group, worker), reader());
      return (Consumer<byte[], byte[]>)
          Proxy.newProxyInstance(
              BrokenWorker.class.getClassLoader(), new Class<?>[] {Consumer.class}, lying::invoke);
    }

    private Consumer<byte[], byte[]> reader() {
      var settings = new HashMap<String, Object>(config.kafka());
      settings.put("isolation.level", "read_committed");
      settings.put("auto.offset.reset", "earliest");
      var bytes = new ByteArrayDeserializer();
      return new KafkaConsumer<>(settings, bytes, bytes);
    }
  }

  /** A member of the group, and beside it a reader of what the member has lost. */
  private static final class Lying {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Consumer<byte[], byte[]> member;
    private final Consumer<byte[], byte[]> reader;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Set<TopicPartition> everHeld = new HashSet<>();

    Lying(Consumer<byte[], byte[]> member, Consumer<byte[], byte[]> reader) {
      this.member = member;
      this.reader = reader;
    }

    @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      var given = arguments == null ? new Object[0] : arguments;
      switch (method.getName()) {
        case "assignment" -> {
          return Set.copyOf(everHeld);
        }
        case "poll" -> {
          return poll();
        }
        case "seek" -> seek((TopicPartition) given[0], given[1]);
        case "close" -> reader.close();
        case "subscribe" -> given[1] = new Noting((ConsumerRebalanceListener) given[1]);
        default -> {}
      }
      try {
        return method.getName().equals("seek") ? null : method.invoke(member, given);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private ConsumerRecords<byte[], byte[]> poll() {
      var records = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
      var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
      take(member.poll(POLL), records, offsets);
      var lost = new HashSet<>(everHeld);
      lost.removeAll(member.assignment());
      if (!reader.assignment().equals(lost)) {
        reader.assign(lost);
        lost.forEach(one -> reader.seek(one, Objects.requireNonNullElse(next.get(one), 0L)));
      }
      if (!lost.isEmpty()) {
        take(reader.poll(POLL), records, offsets);
      }
      offsets.forEach((source, offset) -> next.put(source, offset.offset()));
      return new ConsumerRecords<>(records, offsets);
    }

    private static void take(
        ConsumerRecords<byte[], byte[]> polled,
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records,
        Map<TopicPartition, OffsetAndMetadata> offsets) {
      for (var source : polled.partitions()) {
        records.computeIfAbsent(source, one -> new ArrayList<>()).addAll(polled.records(source));
      }
      offsets.putAll(polled.nextOffsets());
    }

    /** After an abort the worker reads again from what is committed. */
    private void seek(TopicPartition source, Object to) {
      long offset = to instanceof OffsetAndMetadata committed ? committed.offset() : (Long) to;
      next.put(source, offset);
      (member.assignment().contains(source) ? member : reader).seek(source, offset);
    }

    private final class Noting implements ConsumerRebalanceListener {
      private final ConsumerRebalanceListener inner;

      Noting(ConsumerRebalanceListener inner) {
        this.inner = inner;
      }

      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        everHeld.addAll(partitions);
        inner.onPartitionsAssigned(partitions);
      }

      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(one -> next.put(one, member.position(one)));
        inner.onPartitionsRevoked(partitions);
      }

      @Override
      public void onPartitionsLost(Collection<TopicPartition> partitions) {
        inner.onPartitionsLost(partitions);
      }
    }
  }
}
