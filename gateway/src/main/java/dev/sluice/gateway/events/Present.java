package dev.sluice.gateway.events;

import dev.sluice.schemas.process.QuietLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Tells all streams what happens, as it happens: one consumer for all of them, in one thread, of
 * the partitions that some stream needs. Without streams it reads nothing.
 */
final class Present implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(Present.class);

  /** Whoever joins waits for so long at most. */
  private static final Duration POLL = Duration.ofMillis(20);

  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Nobody waits again for so long for a partition that did not answer. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** Joining may take time; after so long, those who have joined are told what happens. */
  private static final Duration TURN = Duration.ofMillis(100);

  private final Records records;
  private final Consumer<Cursor> behind;
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>(); // two of each stream
  private final Map<TopicPartition, Map<String, Set<Feed>>> feeds = new HashMap<>();
  private final Silent silent = new Silent(System::nanoTime);
  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final ReaderLoop loop;

  /**
   * @param consumer for this alone; it is closed with it
   * @param behind takes cursors of streams that have to be told what was written before
   */
  Present(
      Records records,
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Consumer<Cursor> behind) {
    this.records = records;
    this.consumer = consumer;
    this.behind = behind;
    loop = new ReaderLoop("events", consumer, PAUSE, this::turn);
  }

  void start() {
    loop.start();
  }

  /** Tells a stream what follows its cursor: from here on, or when it has come so far. */
  void join(Cursor cursor) {
    tasks.add(() -> admit(cursor));
  }

  /** Forgets a stream. */
  void leave(Feed feed) {
    tasks.add(() -> remove(feed));
  }

  private void turn() throws InterruptedException {
    executeTasks();
    if (!feeds.isEmpty()) {
      readOn();
    }
  }

  private void readOn() {
    try {
      consumer.poll(POLL).forEach(this::tell);
    } catch (OffsetOutOfRangeException deleted) {
      deleted.partitions().forEach(this::skip);
    }
  }

  private void executeTasks() throws InterruptedException {
    var task = feeds.isEmpty() ? tasks.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS) : tasks.poll();
    long began = System.nanoTime();
    while (task != null && !loop.isClosed()) {
      task.run();
      task = System.nanoTime() - began < TURN.toNanos() ? tasks.poll() : null;
    }
  }

  private void admit(Cursor cursor) {
    if (cursor.feed.isOver()) {
      return;
    }
    if (silent.contains(cursor.partition)) {
      cursor.feed.end(Feed.Over.STOPPED);
      return;
    }
    long here;
    try {
      here = position(cursor.partition);
    } catch (KafkaException e) {
      LOG.warn("A stream cannot begin", e);
      silent.add(cursor.partition, SILENCE);
      release(cursor.partition);
      cursor.feed.end(Feed.Over.STOPPED); // its caller comes back, and holds up no other till then
      return;
    }
    var feed = cursor.feed;
    feeds
        .computeIfAbsent(cursor.partition, any -> new HashMap<>())
        .computeIfAbsent(feed.key(cursor.source), any -> new HashSet<>())
        .add(feed);
    if (cursor.next() == Cursor.SINCE || (cursor.next() >= 0 && cursor.next() < here)) {
      feed.holdBack(cursor.source);
      cursor.mustReach(here);
      behind.accept(cursor);
    } else {
      if (cursor.next() > here) { // of a topic that was made anew
        feed.tell(new Came.Gap(cursor.source, here));
      }
      feed.catchUp(cursor.source, here);
    }
  }

  /** Where the consumer is; at the end, if it has not read the partition before. */
  private long position(TopicPartition partition) {
    if (!consumer.assignment().contains(partition)) {
      var all = new HashSet<>(consumer.assignment());
      all.add(partition);
      consumer.assign(all);
      consumer.seekToEnd(List.of(partition));
    }
    return consumer.position(partition, ANSWER);
  }

  /** Reads a partition no longer that no stream needs. */
  private void release(TopicPartition partition) {
    if (!feeds.containsKey(partition) && consumer.assignment().contains(partition)) {
      var all = new HashSet<>(consumer.assignment());
      all.remove(partition);
      consumer.assign(all);
    }
  }

  private void remove(Feed feed) {
    for (var partition : List.copyOf(feeds.keySet())) {
      var keys = feeds.getOrDefault(partition, Map.of());
      var key = feed.key(records.source(partition));
      var same = keys.get(key);
      if (same != null && same.remove(feed) && same.isEmpty()) {
        keys.remove(key);
        if (keys.isEmpty()) {
          feeds.remove(partition);
          release(partition);
        }
      }
    }
  }

  private void tell(ConsumerRecord<byte[], byte[]> record) {
    var partition = new TopicPartition(record.topic(), record.partition());
    var concerned = feeds.getOrDefault(partition, Map.of()).get(Records.key(record));
    if (concerned == null) {
      return;
    }
    var came = records.read(records.source(partition), record);
    if (came != null) {
      for (var feed : concerned) {
        if (Records.concerns(feed, came)) {
          feed.happens(records.source(partition), came);
        }
      }
    }
  }

  /** Records were deleted before they were read: those who wanted them are told so. */
  private void skip(TopicPartition partition) {
    var source = records.source(partition);
    var concerned =
        feeds.getOrDefault(partition, Map.of()).values().stream().flatMap(Set::stream).toList();
    try {
      consumer.seekToBeginning(List.of(partition));
      long first = consumer.position(partition, ANSWER);
      concerned.forEach(feed -> feed.tell(new Came.Gap(source, first)));
    } catch (InterruptException closing) {
      throw closing;
    } catch (KafkaException e) {
      LOG.warn("It is not known where a partition begins; its streams end", e);
      silent.add(partition, SILENCE);
      feeds.remove(partition);
      release(partition);
      concerned.forEach(feed -> feed.end(Feed.Over.STOPPED)); // the past tells them of the gap
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
