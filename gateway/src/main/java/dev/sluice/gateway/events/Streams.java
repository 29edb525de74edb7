package dev.sluice.gateway.events;

import dev.sluice.http.message.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The open streams of a gateway, and what bounds them. */
final class Streams {
  private static final long LEAST_BYTES = 8L * 1024 * 1024;
  private static final int SHARES = 4;

  private final StreamLimits limits;
  private final EventMeasures measures;
  private final Consumer<Feed> left;
  private final long mostBytes;
  private final Room ofAll;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Share> ofTenants = new ConcurrentHashMap<>();
  private final Set<Feed> feeds = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * @param left told of each stream that is over
   */
  Streams(StreamLimits limits, EventMeasures measures, Consumer<Feed> left) {
    this(limits, Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 8), measures, left);
  }

  /**
   * @param mostBytes that wait in all streams; of these, one tenant's may have a quarter
   */
  Streams(StreamLimits limits, long mostBytes, EventMeasures measures, Consumer<Feed> left) {
    this.limits = limits;
    this.mostBytes = mostBytes;
    this.ofAll = new Room(mostBytes);
    this.measures = measures;
    this.left = left;
    measures.open(open::get);
    measures.waiting(ofAll::bytes);
  }

  /** The streams of one tenant. */
  private record Share(int count, Room room) {
    Share with(int more) {
      return new Share(count + more, room);
    }
  }

  /** The place of one stream among all. */
  final class Slot implements AutoCloseable {
    private final Feed feed;
    private final AtomicBoolean free = new AtomicBoolean();

    private Slot(Feed feed) {
      this.feed = feed;
    }

    Feed feed() {
      return feed;
    }

    EventMeasures measures() {
      return measures;
    }

    Duration heartbeat() {
      return limits.heartbeat();
    }

    /** How long the stream may last; its caller then comes back. */
    Duration longest() {
      return limits.longest();
    }

    @Override
    public void close() {
      if (free.compareAndSet(false, true)) {
        feed.end(Feed.Over.GONE);
        feeds.remove(feed);
        left.accept(feed);
        leave(feed.tenant());
      }
    }
  }

  /**
   * A place for a stream.
   *
   * @param run null for all runs of the tenant
   * @throws Problem 429 if there are too many
   */
  Slot open(String tenant, @Nullable String run) {
    if (open.incrementAndGet() > limits.gateway()) {
      open.decrementAndGet();
      throw Problem.tooMany("this gateway has as many streams as it may; try another, or later");
    }
    var share = join(tenant);
    if (share.count() > limits.tenant()) {
      leave(tenant);
      throw Problem.tooMany(
          "the tenant has %d streams open at this gateway, as many as it may"
              .formatted(limits.tenant()));
    }
    var feed = new Feed(tenant, run, share.room(), ofAll);
    feeds.add(feed);
    if (stopping) {
      feed.end(Feed.Over.STOPPED);
    }
    return new Slot(feed);
  }

  private Share join(String tenant) {
    return ofTenants.compute(
        tenant,
        (name, share) ->
            share == null ? new Share(1, new Room(mostBytes / SHARES)) : share.with(1));
  }

  private void leave(String tenant) {
    open.decrementAndGet();
    ofTenants.computeIfPresent(tenant, (name, share) -> share.count() == 1 ? null : share.with(-1));
  }

  /** Ends all streams, so that their callers go on at another gateway. */
  void stop() {
    stopping = true;
    feeds.forEach(feed -> feed.end(Feed.Over.STOPPED));
  }
}
