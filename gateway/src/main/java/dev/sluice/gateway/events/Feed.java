package dev.sluice.gateway.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queue between the readers of the topics and one stream. Bounded: a stream that does not take
 * what happens as fast as it happens is over.
 */
final class Feed {
  /** Why nothing more comes. */
  enum Over {
    /** The caller has left. */
    GONE,
    /** It was too slow. */
    SLOW,
    /** This gateway stops, or the stream has lasted long enough. */
    STOPPED
  }

  /** Most bytes that wait in one stream. */
  static final long MOST_BYTES = 512 * 1024;

  private final String tenant;
  private final @Nullable String run;
  private final Room ofTenant;
  private final Room ofAll;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Came> waiting = new ArrayDeque<>();
  private final Map<Source, Long> begins = new EnumMap<>(Source.class);

  /** What happens to a topic meanwhile of which the stream has not been told all before. */
  private final Map<Source, Queue<Came>> held = new EnumMap<>(Source.class);

  /** Where that was too much: it has to be read again. */
  private final Set<Source> missed = EnumSet.noneOf(Source.class);

  private long bytes;
  private @Nullable Over over;

  /**
   * @param run null for all runs of the tenant
   * @param ofTenant what waits in all streams of the tenant
   * @param ofAll what waits in all streams of the gateway
   */
  Feed(String tenant, @Nullable String run, Room ofTenant, Room ofAll) {
    this.tenant = tenant;
    this.run = run;
    this.ofTenant = ofTenant;
    this.ofAll = ofAll;
  }

  String tenant() {
    return tenant;
  }

  @Nullable String run() {
    return run;
  }

  /** The key that its records of a topic have. */
  String key(Source source) {
    var name = run;
    return source == Source.OUTPUTS && name != null ? name : tenant;
  }

  boolean isOver() {
    lock.lock();
    try {
      return over != null;
    } finally {
      lock.unlock();
    }
  }

  // --- the readers' side

  /** Whether somebody who can wait should give it more. */
  boolean hasRoom() {
    lock.lock();
    try {
      return over == null
          && bytes < MOST_BYTES / 2
          && !ofTenant.isHalfFull()
          && !ofAll.isHalfFull();
    } finally {
      lock.unlock();
    }
  }

  /** From here on, what happens to a topic waits until {@link #catchUp}. */
  void holdBack(Source source) {
    lock.lock();
    try {
      missed.remove(source);
      held.put(source, new ArrayDeque<>());
    } finally {
      lock.unlock();
    }
  }

  /** Takes what happens now. */
  void happens(Source source, Came came) {
    lock.lock();
    try {
      var queue = held.get(source);
      if (queue == null) {
        tell(came);
      } else if (over == null && !missed.contains(source)) {
        if (bytes + came.size() > MOST_BYTES / 4 || !othersLeave(came.size())) {
          queue.forEach(one -> count(-one.size()));
          queue.clear();
          missed.add(source);
        } else {
          count(came.size());
          queue.add(came);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The stream has been told all that was written before it was held back.
   *
   * @return false if it must be held back again and told what was written since
   */
  boolean catchUp(Source source, long offset) {
    lock.lock();
    try {
      if (missed.contains(source)) {
        return false;
      }
      var queue = held.remove(source);
      tell(new Came.CaughtUp(source, offset));
      if (queue != null && over == null) {
        waiting.addAll(queue); // counted
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void count(int size) {
    bytes += size;
    ofTenant.add(size);
    ofAll.add(size);
  }

  /** Whether what waits in other streams leaves room for this. */
  private boolean othersLeave(int size) {
    return ofTenant.has(size) && ofAll.has(size);
  }

  /** Takes what came; ends the stream if it has no room for it. */
  void tell(Came came) {
    lock.lock();
    try {
      if (over != null) {
        return;
      }
      switch (came) {
        case Came.Begins(Source source, long offset) -> begins.putIfAbsent(source, offset);
        case Came.CaughtUp(Source source, long offset) -> begins.putIfAbsent(source, offset);
        default -> {}
      }
      int size = came.size();
      if (size > 0 && (bytes + size > MOST_BYTES || !othersLeave(size))) {
        end(Over.SLOW);
        return;
      }
      count(size);
      waiting.add(came);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes; the first reason counts. What waits is not written any more. */
  void end(Over why) {
    lock.lock();
    try {
      if (over == null) {
        over = why;
        waiting.clear();
        held.clear();
        ofTenant.add(-bytes);
        ofAll.add(-bytes);
        bytes = 0;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- the stream's side

  /** Why nothing more comes; null if something may. */
  @Nullable Over over() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until it is known where these topics are read from: whatever is written to them from then
   * on will come.
   *
   * @return the offset of each; of fewer if it is not known in time
   */
  Map<Source, Long> awaitBeginning(Set<Source> sources, Duration within)
      throws InterruptedException {
    long nanos = within.toNanos();
    lock.lockInterruptibly();
    try {
      while (!begins.keySet().containsAll(sources) && over == null && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return Map.copyOf(begins);
    } finally {
      lock.unlock();
    }
  }

  /** The next that came; null if none does in time, or nothing more comes. */
  @Nullable Came next(Duration within) throws InterruptedException {
    long nanos = within.toNanos();
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && over == null && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      var came = waiting.poll();
      if (came != null) {
        count(-came.size());
      }
      return came;
    } finally {
      lock.unlock();
    }
  }
}
