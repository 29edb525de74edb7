package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.SpawnRefusedException;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.Dispatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The children of a run: their numbers, the bounds that its worker knows, and how they ended. */
public final class ChildLedger {
  private static final int BYTES_AROUND_A_CHILD = 512;

  private final Dispatch dispatch;
  private final Map<Integer, ChildOutcome> ended = new HashMap<>();
  private final Map<Integer, String> refused = new HashMap<>();
  private final @Nullable Set<Integer> live;
  private int spawned;

  ChildLedger(Dispatch dispatch) {
    this.dispatch = dispatch;
    var told = dispatch.getLiveChildren();
    this.live = told == null ? null : Set.copyOf(told);
    this.spawned = dispatch.getSpawned();
    dispatch.getChildren().forEach(child -> ended.put(child.getNumber(), child));
  }

  /** Notes what the gate made of a batch that the journal holds. */
  void replayed(List<ChildSpec> children, @Nullable String refusal) {
    for (var child : children) {
      spawned = Math.max(spawned, child.getNumber());
      if (refusal != null) {
        refused.put(child.getNumber(), refusal);
      }
    }
  }

  String id(int number) {
    return dispatch.getRunId() + Names.CHILD_SEPARATOR + number;
  }

  /**
   * The number of a child that this run has spawned, of a batch that was taken or refused: that of
   * another run's would stand for one of its own.
   *
   * @param call what the code does with it, for people
   */
  public int number(Child<?> child, String call) {
    int number = child.number();
    if (number < 1 || number > spawned || !child.runId().equals(id(number))) {
      throw new InvalidCallException(
          "a run can %s its own children alone, and %s is none that this run has spawned"
              .formatted(call, child.runId()));
    }
    return number;
  }

  /**
   * The numbers of children of this run, in order, each once.
   *
   * @param call what the code does with them, for people
   */
  public List<Integer> numbers(List<? extends Child<?>> all, String call) {
    var numbers = all.stream().map(child -> number(child, call)).distinct().sorted().toList();
    if (numbers.size() > Bounds.CHILDREN) {
      throw new InvalidCallException(
          "%s takes at most %d children, got %d".formatted(call, Bounds.CHILDREN, numbers.size()));
    }
    return numbers;
  }

  public String pool() {
    return dispatch.getPool();
  }

  /** The number of the next child. */
  int next() {
    return spawned + 1;
  }

  void spawned(int count) {
    spawned += count;
  }

  /**
   * Checks a batch against every bound that is known here.
   *
   * @param batch numbered from {@link #next}
   * @throws SpawnRefusedException naming the bound, its value and what was asked for
   */
  void check(List<ChildSpec> batch) {
    atMost("children of a batch", Bounds.BATCH_CHILDREN, batch.size());
    atMost("max_children", dispatch.getMaxChildren(), taken() + batch.size());
    atMost("max_depth", dispatch.getMaxDepth(), dispatch.getDepth() + 1);
    atMost("max_descendants", dispatch.getMaxDescendants(), batch.size());
    atMost("characters of a run id", Bounds.RUN_ID_CHARS, id(spawned + batch.size()).length());
    long bytes = 0;
    for (var child : batch) {
      Stream.of(Names.agentProblem(child.getAgent()), Names.poolProblem(child.getPool()))
          .flatMap(Optional::stream)
          .forEach(ChildLedger::refuse);
      int input = child.getInput().remaining();
      atMost("bytes of a child's input", Bounds.VALUE_BYTES, input);
      bytes += input + BYTES_AROUND_A_CHILD;
    }
    atMost("bytes of a batch", Bounds.BATCH_BYTES, bytes);
  }

  private static void atMost(String bound, long most, long asked) {
    if (asked > most) {
      refuse(bound + " is " + most + ", asked for " + asked);
    }
  }

  private static void refuse(String reason) {
    throw new SpawnRefusedException(reason);
  }

  /** Children asked for, without those of batches that are known to have been refused. */
  private int taken() {
    return live == null ? spawned : live.size() + ended.size() + spawned - dispatch.getSpawned();
  }

  /** Those of {@code numbers} that are not known to have ended, or to be refused. */
  List<Integer> open(List<Integer> numbers) {
    Predicate<Integer> known = number -> ended.containsKey(number) || refusal(number) != null;
    return numbers.stream().filter(known.negate()).distinct().sorted().toList();
  }

  /** Why a child was refused; null if it was not, as far as is known. */
  public @Nullable String refusal(int number) {
    var reason = refused.get(number);
    return reason == null && isRefusedBeforeCheckpoint(number)
        ? "its batch, from before the run's checkpoint, was refused"
        : reason;
  }

  private boolean isRefusedBeforeCheckpoint(int number) {
    return live != null
        && number <= dispatch.getSpawned()
        && !live.contains(number)
        && !ended.containsKey(number);
  }

  /** How a child that is not open and was not refused has ended. */
  public ChildOutcome outcome(int number) {
    return java.util.Objects.requireNonNull(ended.get(number));
  }
}
