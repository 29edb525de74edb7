package dev.sluice.runner.execution;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The runs that a worker has room for: one slot for each from its claim to its end. */
public final class Slots {
  private final int count;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition emptied = lock.newCondition();
  private int taken;
  private boolean draining;
  private volatile int told;
  private volatile Runnable moreRoom = () -> {};

  public Slots(int count) {
    this.count = count;
  }

  public int count() {
    return count;
  }

  public int free() {
    lock.lock();
    try {
      return draining ? 0 : count - taken;
    } finally {
      lock.unlock();
    }
  }

  /** Those of claims on their way and of runs. */
  int taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a slot if one is free. */
  boolean take() {
    lock.lock();
    try {
      if (draining || taken >= count) {
        return false;
      }
      taken++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void give() {
    lock.lock();
    try {
      taken--;
      if (taken == 0) {
        emptied.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- what the gate knows of them

  /** From now on {@code listener} hears when there is more room than was told. */
  public void onMoreRoom(Runnable listener) {
    moreRoom = listener;
  }

  /** The free slots, which the gate is told now. */
  public int tellFree() {
    told = free();
    return told;
  }

  /** What the gate was told no longer counts for it. */
  public void untold() {
    told = 0;
    roomAgain();
  }

  /** A slot has become free. */
  void roomAgain() {
    if (free() > told) {
      moreRoom.run();
    }
  }

  // --- the end

  /** No slot is taken any more. */
  void beginDrain() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
  }

  boolean isDraining() {
    lock.lock();
    try {
      return draining;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all slots are free.
   *
   * @return whether they are, within {@code timeoutMs}
   */
  boolean awaitEmpty(long timeoutMs) throws InterruptedException {
    lock.lock();
    try {
      long left = timeoutMs * 1_000_000;
      while (taken > 0 && left > 0) {
        left = emptied.awaitNanos(left);
      }
      return taken == 0;
    } finally {
      lock.unlock();
    }
  }
}
