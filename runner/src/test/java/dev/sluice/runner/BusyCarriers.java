package dev.sluice.runner;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process whose every slot keeps its carrier, and the run after them. */
final class BusyCarriers {
  static final int ANOTHER_RAN = 0;
  static final int NONE_RAN = 3;
  static final int SLOTS = 4;

  private BusyCarriers() {}

  public static void main(String[] arguments) throws InterruptedException {
    Carriers.provideFor(SLOTS);
    for (int slot = 0; slot < SLOTS; slot++) {
      Thread.ofVirtual().start(BusyCarriers::keepCarrier);
    }
    var ran = new CountDownLatch(1);
    Thread.ofVirtual().start(ran::countDown);
    boolean in = ran.await(Long.parseLong(arguments[0]), TimeUnit.SECONDS);
    System.exit(in ? ANOTHER_RAN : NONE_RAN);
  }

  private static void keepCarrier() {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
  }
}
