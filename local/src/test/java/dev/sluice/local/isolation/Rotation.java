package dev.sluice.local.isolation;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * One attack after the other, each for a moment, with pauses between them, until closed; the first
 * time through all of them the pauses are brief.
 */
final class Rotation implements AutoCloseable {
  private static final long ATTACK_MS = 1_000;
  private static final long FIRST_PAUSE_MS = 500;
  private static final long PAUSE_MS = 3_000;

  private final AttackerProcess attacker;
  private final List<Attack> attacks;
  private volatile boolean hasHadAll;
  private final CountDownLatch over = new CountDownLatch(1);
  private final FutureTask<Integer> task = new FutureTask<>(this::rotate);

  Rotation(AttackerProcess attacker, List<Attack> attacks) {
    this.attacker = attacker;
    this.attacks = attacks;
    Thread.ofPlatform().start(task);
  }

  private int rotate() throws IOException, InterruptedException {
    int count = 0;
    while (!over.await(hasHadAll ? PAUSE_MS : FIRST_PAUSE_MS, TimeUnit.MILLISECONDS)) {
      attacker.begin(attacks.get(count % attacks.size()));
      boolean isLast = over.await(ATTACK_MS, TimeUnit.MILLISECONDS);
      attacker.end();
      count++;
      hasHadAll |= isLast || count == attacks.size();
    }
    return count;
  }

  /** Whether each attack has been once; or it has ended, which {@link #end} tells of. */
  boolean hasHadAll() {
    return hasHadAll || task.isDone();
  }

  /**
   * Ends it.
   *
   * @return how many attacks there were
   * @throws java.util.concurrent.ExecutionException if one of them failed by itself
   */
  int end() throws Exception {
    over.countDown();
    return task.get();
  }

  @Override
  public void close() {
    over.countDown();
  }
}
