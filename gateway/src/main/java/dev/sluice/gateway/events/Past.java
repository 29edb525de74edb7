package dev.sluice.gateway.events;

import dev.sluice.schemas.process.QuietLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
import org.jspecify.annotations.Nullable;

/**
 * Tells streams what was written before they began: one consumer for all of them, in one thread.
 * The streams take turns; each turn reads on for one, and tells all others that are at the same
 * place. Waits for streams that have no room, unlike the present.
 */
final class Past implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(Past.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(2);

  /** Nobody waits again for so long for a partition that did not say where a time begins. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** So long others have their turns before a partition that gave nothing is read again. */
  private static final Duration REST = Duration.ofSeconds(1);

  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int MOST_TIMES = 256;

  /** A time of a partition, in seconds. */
  private record Second(TopicPartition partition, long second) {}

  private final Records records;
  private final Consumer<Cursor> again;
  private final BlockingQueue<Cursor> coming = new LinkedBlockingQueue<>(); // three of each stream
  private final Deque<Cursor> cursors = new ArrayDeque<>();
  private final Map<Second, Long> times = new LinkedHashMap<>();
  private final Silent silent = new Silent(System::nanoTime);
  private final Silent resting = new Silent(System::nanoTime);
  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final ReaderLoop loop;

  /**
   * @param consumer for this alone; it is closed with it
   * @param again takes cursors of streams that missed something meanwhile
   */
  Past(
      Records records,
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Consumer<Cursor> again) {
    this.records = records;
    this.consumer = consumer;
    this.again = again;
    loop = new ReaderLoop("past-events", consumer, PAUSE, this::turn);
  }

  void start() {
    loop.start();
  }

  /** Tells a stream all between its cursor and where that must get. */
  void tell(Cursor cursor) {
    coming.add(cursor);
  }

  private void turn() throws InterruptedException {
    takeNew();
    var next = nextWithRoom();
    if (next != null) {
      read(next);
    } else if (!cursors.isEmpty()) {
      Thread.sleep(PAUSE);
    }
  }

  private void takeNew() throws InterruptedException {
    var first = cursors.isEmpty() ? coming.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS) : null;
    if (first != null) {
      cursors.add(first);
    }
    coming.drainTo(cursors);
    cursors.removeIf(cursor -> cursor.feed.isOver());
    begin();
    cursors.removeIf(cursor -> cursor.feed.isOver());
  }

  /** Before their turns come: their callers wait for that. */
  private void begin() {
    for (var cursor : cursors) {
      if (cursor.next() != Cursor.SINCE || cursor.feed.isOver()) {
        continue;
      }
      if (silent.contains(cursor.partition)) {
        cursor.feed.end(Feed.Over.STOPPED); // its caller comes back later
      } else if (!begins(cursor)) {
        return; // it took time: one of the others has its turn first
      }
    }
  }

  private boolean begins(Cursor cursor) {
    try {
      cursor.moveTo(Math.min(cursor.target(), lookUp(cursor)));
    } catch (InterruptException closing) {
      throw closing;
    } catch (KafkaException e) {
      LOG.warn("A stream cannot begin", e);
      silent.add(cursor.partition, SILENCE);
      cursor.feed.end(Feed.Over.STOPPED);
      return false;
    }
    cursor.feed.tell(new Came.Begins(cursor.source, cursor.next()));
    return true;
  }

  /** The one that has waited longest for its turn; null if none has room. */
  private @Nullable Cursor nextWithRoom() {
    for (int i = 0; i < cursors.size(); i++) {
      var cursor = cursors.removeFirst();
      cursors.addLast(cursor);
      boolean mayRead = cursor.next() != Cursor.SINCE && !resting.contains(cursor.partition);
      if (mayRead && cursor.feed.hasRoom()) {
        return cursor;
      }
    }
    return null;
  }

  private void read(Cursor turn) {
    if (!turn.isThere()) {
      readOnOrRest(turn);
    }
    var there = cursors.stream().filter(Cursor::isThere).toList();
    cursors.removeAll(new HashSet<>(there));
    for (var cursor : there) {
      if (!cursor.feed.catchUp(cursor.source, cursor.target())) {
        cursor.moveTo(cursor.target());
        again.accept(cursor);
      }
    }
  }

  /** Streams that begin at the same time ask once. */
  private long lookUp(Cursor cursor) {
    long second = Math.max(0, cursor.sinceMs / 1_000);
    var key = new Second(cursor.partition, second);
    var known = times.get(key);
    if (known != null) {
      return known;
    }
    var found = consumer.offsetsForTimes(Map.of(cursor.partition, second * 1_000), ANSWER);
    var at = found.get(cursor.partition);
    if (at == null) {
      return cursor.target(); // nothing has been written since
    }
    if (times.size() >= MOST_TIMES) {
      times.clear();
    }
    times.put(key, at.offset());
    return at.offset();
  }

  private void readOnOrRest(Cursor turn) {
    long from = turn.next();
    long began = System.nanoTime();
    try {
      readOn(turn);
    } finally {
      boolean tookLong = System.nanoTime() - began >= POLL.toNanos() / 2;
      if (tookLong && turn.next() == from) {
        resting.add(turn.partition, REST);
      }
    }
  }

  private void readOn(Cursor turn) {
    var partition = turn.partition;
    long from = turn.next();
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    try {
      var polled = consumer.poll(POLL).records(partition);
      long to = consumer.position(partition, ANSWER);
      var here = new ArrayList<Cursor>();
      for (var cursor : cursors) {
        if (cursor.partition.equals(partition) && cursor.next() >= from && cursor.next() < to) {
          here.add(cursor);
        }
      }
      tell(here, turn.source, polled, to);
    } catch (OffsetOutOfRangeException deleted) {
      consumer.seekToBeginning(List.of(partition));
      skip(partition, from, consumer.position(partition, ANSWER));
    }
  }

  private void tell(
      List<Cursor> here, Source source, List<ConsumerRecord<byte[], byte[]>> polled, long to) {
    var byKey = new HashMap<String, List<Cursor>>();
    here.forEach(
        cursor ->
            byKey.computeIfAbsent(cursor.feed.key(source), any -> new ArrayList<>()).add(cursor));
    Set<Cursor> full = new HashSet<>();
    for (var record : polled) {
      var concerned = byKey.get(Records.key(record));
      var came = concerned == null ? null : records.read(source, record);
      if (concerned != null && came != null) {
        concerned.forEach(cursor -> tell(cursor, came, record.offset(), full));
      }
    }
    here.stream().filter(cursor -> !full.contains(cursor)).forEach(cursor -> cursor.moveTo(to));
  }

  private static void tell(Cursor cursor, Came came, long offset, Set<Cursor> full) {
    boolean isNew = offset >= cursor.next() && offset < cursor.target();
    if (!isNew || full.contains(cursor) || !Records.concerns(cursor.feed, came)) {
      return;
    }
    if (cursor.feed.hasRoom()) {
      cursor.feed.tell(came);
      cursor.moveTo(offset + 1);
    } else {
      cursor.moveTo(offset);
      full.add(cursor);
    }
  }

  /** Records were deleted: those who wanted them are told so. */
  private void skip(TopicPartition partition, long from, long first) {
    for (var cursor : cursors) {
      if (cursor.partition.equals(partition) && cursor.next() >= from && cursor.next() < first) {
        cursor.moveTo(first);
        cursor.feed.tell(new Came.Gap(cursor.source, first));
      }
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
