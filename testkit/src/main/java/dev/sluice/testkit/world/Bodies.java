package dev.sluice.testkit.world;

import dev.sluice.sdk.RunContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the bodies of steps did when they were executed last, by their idempotency keys: a step that
 * is executed again in another world returns and charges the same, and does nothing. Bodies that
 * executed beside each other end in the order in which they ended before.
 */
final class Bodies {
  /** A body waits no longer for one that ended before it and may never be started again. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(2);

  private record Charge(String meter, long amount) {}

  /** One execution of a body. */
  private record Done(@Nullable Object result, @Nullable Throwable failure, List<Charge> charges) {}

  /** What the body charges that this thread executes. */
  private static final ThreadLocal<@Nullable List<Charge>> CHARGES = new ThreadLocal<>();

  private final Map<String, Done> done;
  private final List<String> order;
  private final boolean areRepeated;
  private final Set<String> journaled = new HashSet<>();

  private Bodies(Map<String, Done> done, List<String> order, boolean areRepeated) {
    this.done = done;
    this.order = order;
    this.areRepeated = areRepeated;
  }

  /** Bodies that are executed. */
  static Bodies executed() {
    return new Bodies(new ConcurrentHashMap<>(), new ArrayList<>(), false);
  }

  /** The same bodies, which return what they returned; others are executed. */
  synchronized Bodies repeated() {
    return new Bodies(Map.copyOf(done), List.copyOf(order), true);
  }

  /** A step that was executed beside others stands in the journal. */
  synchronized void journaled(String key) {
    journaled.add(key);
    if (!areRepeated) {
      order.add(key);
    }
    notifyAll();
  }

  /** Waits until those that ended before it in the first world have ended here. */
  synchronized void awaitTurn(String key) throws InterruptedException {
    int turn = order.indexOf(key);
    long endNs = System.nanoTime() + LONGEST_TURN.toNanos();
    while (areRepeated && turn > 0 && !journaled.containsAll(order.subList(0, turn))) {
      long leftMs = (endNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return;
      }
      wait(leftMs);
    }
  }

  /** Whether this thread executes a body. */
  boolean isInBody() {
    return CHARGES.get() != null;
  }

  /** The body that this thread executes has charged. */
  void charged(String meter, long amount) {
    var all = CHARGES.get();
    if (all != null) {
      all.add(new Charge(meter, amount));
    }
  }

  /** What the body of {@code key} returns or throws. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the same step of the same run, whose type is one
  <T extends @Nullable Object> T play(String key, RunContext context, Callable<T> body)
      throws Exception {
    var before = areRepeated ? done.get(key) : null;
    if (before == null) {
      return execute(key, body);
    }
    for (var charge : before.charges()) {
      context.charge(charge.meter(), charge.amount());
    }
    switch (before.failure()) {
      case null -> {}
      case Exception failure -> throw failure;
      case Error failure -> throw failure;
      default -> throw new IllegalStateException(before.failure());
    }
    return (T) before.result();
  }

  private <T extends @Nullable Object> T execute(String key, Callable<T> body) throws Exception {
    var charged = new ArrayList<Charge>();
    CHARGES.set(charged);
    try {
      var result = body.call();
      keep(key, new Done(result, null, List.copyOf(charged)));
      return result;
    } catch (Exception | Error failure) {
      keep(key, new Done(null, failure, List.copyOf(charged)));
      throw failure;
    } finally {
      CHARGES.remove();
    }
  }

  private void keep(String key, Done last) {
    if (!areRepeated) {
      done.put(key, last);
    }
  }
}
