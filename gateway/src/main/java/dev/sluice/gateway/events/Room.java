package dev.sluice.gateway.events;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes may wait in several streams together. */
final class Room {
  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  Room(long most) {
    this.most = most;
  }

  /** Counts so many more, or fewer. */
  void add(long more) {
    bytes.addAndGet(more);
  }

  long bytes() {
    return bytes.get();
  }

  boolean has(long more) {
    return bytes.get() + more <= most;
  }

  boolean isHalfFull() {
    return bytes.get() >= most / 2;
  }
}
