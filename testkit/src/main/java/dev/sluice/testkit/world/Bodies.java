package dev.sluice.testkit.world;

import dev.sluice.admission.run.RunKey;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the bodies of steps did when they were executed, by their idempotency keys: a step that is
 * executed again in another world does the same in the same order, fails and charges as it did, and
 * executes nothing. Bodies that executed beside each other end in the order in which they ended
 * before.
 *
 * <p>The executions of a body are kept in series. An epoch that ends of itself, such as with a
 * failed attempt or a pause, ends the series of each body that it executed; the next epoch goes on
 * with the next. An epoch that is cut short does not, so the next one begins the same series again.
 */
final class Bodies {
  /** A body waits no longer for one that ended before it and may never be started again. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(2);

  /**
   * A call of {@code charge}.
   *
   * @param refused whether it threw, as what fits alone was recorded: what the body made of that is
   *     in its outcome
   */
  private record Charge(String meter, long amount, boolean refused) {}

  /** One execution of a body. */
  private record Done(@Nullable Object result, @Nullable Throwable failure, List<Charge> charges) {}

  /** What the body charges that this thread executes. */
  private static final ThreadLocal<@Nullable List<Charge>> CHARGES = new ThreadLocal<>();

  private final Map<String, List<List<Done>>> series;
  private final List<String> order;
  private final boolean areRepeated;
  private final Set<String> journaled = new HashSet<>();

  /** Which of its series a body is in; 0 where nothing is said. */
  private final Map<String, Integer> current = new HashMap<>();

  /** How often a run's epoch of now has begun to execute each body. */
  private final Map<RunKey, Map<String, Integer>> begun = new HashMap<>();

  private Bodies(Map<String, List<List<Done>>> series, List<String> order, boolean areRepeated) {
    this.series = series;
    this.order = order;
    this.areRepeated = areRepeated;
  }

  /** Bodies that are executed. */
  static Bodies executed() {
    return new Bodies(new HashMap<>(), new ArrayList<>(), false);
  }

  /** The same bodies, which do what they did; others are executed. */
  synchronized Bodies repeated() {
    var copy = new HashMap<String, List<List<Done>>>();
    series.forEach((key, all) -> copy.put(key, all.stream().map(List::copyOf).toList()));
    return new Bodies(copy, List.copyOf(order), true);
  }

  /** An epoch of the run begins, whatever became of the one before. */
  synchronized void begins(RunKey run) {
    begun.remove(run);
  }

  /** A worker's record stands in the journal. */
  void journaled(JournalRecord record) {
    if (record.getCodePosition() != null && record.getEntry() instanceof StepEntry step) {
      journaled(Entries.idempotencyKey(record, step));
    }
    if (Entries.isEnd(record.getEntry())) {
      ends(new RunKey(record.getTenant(), record.getRunId()));
    }
  }

  /** The run's epoch has ended of itself: it was not cut short. */
  private synchronized void ends(RunKey run) {
    var bodies = begun.remove(run);
    if (bodies != null) {
      bodies.forEach(
          (key, times) -> {
            if (!areRepeated || times >= seriesOf(key).size()) {
              current.merge(key, 1, Integer::sum);
            }
          });
    }
  }

  /** A step that was executed beside others stands in the journal. */
  private synchronized void journaled(String key) {
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

  /** The body that this thread executes charges by {@code context}. */
  void charge(RunContext context, String meter, long amount) {
    try {
      context.charge(meter, amount);
    } catch (RuntimeException refusal) {
      charged(new Charge(meter, amount, true));
      throw refusal;
    }
    charged(new Charge(meter, amount, false));
  }

  private static void charged(Charge charge) {
    var all = CHARGES.get();
    if (all != null) {
      all.add(charge);
    }
  }

  /** Charges what a body charged then. */
  private static void again(RunContext context, Charge charge) {
    try {
      context.charge(charge.meter(), charge.amount());
    } catch (RuntimeException refusal) {
      if (!charge.refused()) {
        throw refusal;
      }
    }
  }

  /** What the body of {@code key} returns or throws. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the same step of the same run, whose type is one
  <T extends @Nullable Object> T play(String key, RunContext context, Callable<T> body)
      throws Exception {
    var run = new RunKey(context.tenant(), context.runId());
    int times = begin(run, key);
    var before = areRepeated ? before(key, times) : null;
    if (before == null) {
      return execute(keptBy(key), body);
    }
    before.charges().forEach(charge -> again(context, charge));
    switch (before.failure()) {
      case null -> {}
      case Exception failure -> throw failure;
      case Error failure -> throw failure;
      default -> throw new IllegalStateException(before.failure());
    }
    return (T) before.result();
  }

  private synchronized int begin(RunKey run, String key) {
    return begun.computeIfAbsent(run, any -> new HashMap<>()).merge(key, 1, Integer::sum);
  }

  /** What it did then; null if it was not executed, so that nobody knows. */
  private synchronized @Nullable Done before(String key, int times) {
    var known = seriesOf(key);
    return known.isEmpty() ? null : known.get(Math.min(times, known.size()) - 1);
  }

  private List<Done> seriesOf(String key) {
    var all = series.getOrDefault(key, List.of());
    int last = all.size() - 1;
    return all.isEmpty() ? List.of() : all.get(Math.min(current.getOrDefault(key, 0), last));
  }

  /** Keeps what an execution does that begins now. */
  private synchronized Consumer<Done> keptBy(String key) {
    if (areRepeated) {
      return done -> {};
    }
    var all = series.computeIfAbsent(key, any -> new ArrayList<>());
    while (all.size() <= current.getOrDefault(key, 0)) {
      all.add(new ArrayList<>());
    }
    var mine = all.getLast();
    return done -> {
      synchronized (this) {
        mine.add(done);
      }
    };
  }

  private static <T extends @Nullable Object> T execute(Consumer<Done> kept, Callable<T> body)
      throws Exception {
    var charged = new ArrayList<Charge>();
    CHARGES.set(charged);
    try {
      var result = body.call();
      kept.accept(new Done(result, null, List.copyOf(charged)));
      return result;
    } catch (Exception | Error failure) {
      kept.accept(new Done(null, failure, List.copyOf(charged)));
      throw failure;
    } finally {
      CHARGES.remove();
    }
  }
}
