package dev.sluice.http.wire;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Limits the bytes of requests and answers in memory. A third is reserved for small ones, so that
 * large ones never take their place. Bytes that one holder loses to another are available
 * immediately, although the loser's thread may not know yet. For that moment, at most twice the
 * limit may be in memory.
 */
public final class ByteBudget {
  /** Most bytes of a small one. */
  public static final int SMALL = 64 * 1024;

  /** A sixteenth of what there is becomes free at a time, so that few have to look for it. */
  private static final int BATCH = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final long bytes;
  private final long smallBatch;
  private final long largeBatch;
  private long smallLeft;
  private long largeLeft;

  /** How many more bytes may be lost and not yet given back. */
  private long smallLosable;

  private long largeLosable;

  public ByteBudget(long bytes) {
    this.bytes = bytes;
    smallLeft = bytes / 3;
    largeLeft = bytes - smallLeft;
    smallLosable = smallLeft;
    largeLosable = largeLeft;
    smallBatch = smallLeft / BATCH;
    largeBatch = largeLeft / BATCH;
  }

  /** Whether what some have lost is still in memory. */
  public boolean isAnyLost() {
    lock.lock();
    try {
      return smallLosable + largeLosable < bytes;
    } finally {
      lock.unlock();
    }
  }

  /** The bytes that small and large requests may hold together. */
  public long left() {
    lock.lock();
    try {
      return smallLeft + largeLeft;
    } finally {
      lock.unlock();
    }
  }

  /** The bytes that one request holds. */
  public final class Hold {
    private final Runnable onLoss;
    private volatile long held;

    /** Whether it has been large and has not given everything back since. */
    private boolean large;

    private volatile boolean lost;
    private boolean safe;

    /**
     * Holds nothing yet.
     *
     * @param onLoss called by another's thread when what was held is no longer
     */
    public Hold(Runnable onLoss) {
      this.onLoss = onLoss;
    }

    public long bytes() {
      return held;
    }

    /** Whether another has it now; then it never holds anything again. */
    public boolean isLost() {
      return lost;
    }

    /** Sets whether it can be lost; false if it is. */
    public boolean keep(boolean safe) {
      lock.lock();
      try {
        this.safe = safe;
        return !lost;
      } finally {
        lock.unlock();
      }
    }

    /**
     * Holds so many bytes in all; false if there is no room, and no more is held than before.
     *
     * @param others those who lose theirs for it if there is no room, in this order; may name one
     *     more than once
     */
    public boolean atLeast(long bytes, Supplier<Iterator<Hold>> others) {
      if (bytes <= held && !lost) {
        return true;
      }
      var losers = new LinkedHashSet<Hold>();
      lock.lock();
      try {
        return take(bytes) || (!lost && takeFrom(others.get(), bytes, losers));
      } finally {
        lock.unlock();
        losers.forEach(loser -> loser.onLoss.run());
      }
    }

    private boolean take(long bytes) {
      if (lost || missing(bytes) > 0) {
        return false;
      }
      leave(held);
      large |= bytes > SMALL;
      leave(-bytes);
      held = bytes;
      return true;
    }

    /** How many more would have to be left where so many are held. */
    private long missing(long bytes) {
      boolean inLarge = large || bytes > SMALL;
      long ours = large == inLarge ? held : 0;
      return bytes - ours - (inLarge ? largeLeft : smallLeft);
    }

    private void leave(long bytes) {
      if (large) {
        largeLeft += bytes;
      } else {
        smallLeft += bytes;
      }
    }

    private boolean takeFrom(Iterator<Hold> others, long bytes, Set<Hold> losers) {
      boolean fromLarge = large || bytes > SMALL;
      long missing = missing(bytes);
      long wanted = missing + (fromLarge ? largeBatch : smallBatch);
      long losable = fromLarge ? largeLosable : smallLosable;
      long found = 0;
      while (found < wanted && others.hasNext()) {
        var other = others.next();
        if (other != this && other.canLose(fromLarge, losable - found) && losers.add(other)) {
          found += other.held;
        }
      }
      if (found < missing) {
        losers.clear(); // in vain
      }
      losers.forEach(Hold::lose);
      return take(bytes);
    }

    private boolean canLose(boolean fromLarge, long most) {
      return large == fromLarge && !safe && !lost && held > 0 && held <= most;
    }

    private void lose() {
      lost = true;
      leave(held);
      loseMore(held);
    }

    private void loseMore(long bytes) {
      if (large) {
        largeLosable -= bytes;
      } else {
        smallLosable -= bytes;
      }
    }

    /** Gives back what is held beyond so many bytes. */
    public void atMost(long bytes) {
      if (bytes >= held) {
        return;
      }
      lock.lock();
      try {
        if (lost) {
          loseMore(bytes - held);
        } else {
          leave(held - bytes);
        }
        held = bytes;
        large &= bytes > 0;
      } finally {
        lock.unlock();
      }
    }
  }
}
