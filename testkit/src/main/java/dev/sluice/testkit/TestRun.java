package dev.sluice.testkit;

import dev.sluice.contract.Names;
import dev.sluice.runner.value.JsonCodec;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.TypeRef;
import dev.sluice.testkit.world.Ended;
import dev.sluice.testkit.world.Fate;
import dev.sluice.testkit.world.History;
import dev.sluice.testkit.world.World;
import dev.sluice.v1.Output;
import dev.sluice.v1.StepEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A run that has ended, with its children. */
public final class TestRun {
  private static final int MOST_FINDINGS = 10;

  /** The most records at which {@link #survivesCrashes()} lets the worker die. */
  public static final int MOST_DEATHS = 1_000;

  private final History history;
  private final String id;
  private final Ended end;

  TestRun(History history, String id) {
    this.history = history;
    this.id = id;
    this.end = history.end(id);
  }

  /** How a run ended, as on {@code completions}. */
  public enum Status {
    SUCCEEDED,
    FAILED,
    CANCELLED,
    TIMED_OUT,
    EXPIRED,
    REJECTED,
    BUDGET_EXHAUSTED,
    DEAD
  }

  /**
   * Why a run or step did not succeed.
   *
   * @param type a stable word
   * @param step in which it happened; null if in none
   */
  public record Failure(String type, String message, @Nullable String step) {}

  /**
   * A step that was journaled.
   *
   * @param tries executions of its body, in the epoch that journaled it
   * @param charged per meter
   * @param error null if it succeeded
   */
  public record Step(String name, int tries, Map<String, Long> charged, @Nullable Failure error) {}

  // --- how it ended

  public String id() {
    return id;
  }

  public Status status() {
    return Status.valueOf(end.status().name());
  }

  /** Why it did not succeed; empty if it did. */
  public Optional<Failure> error() {
    var error = end.error();
    return error == null
        ? Optional.empty()
        : Optional.of(new Failure(error.getType(), error.getMessage(), error.getStep()));
  }

  /**
   * What the agent returned.
   *
   * @throws AssertionError if the run has no output, with how it ended
   */
  public <T extends @Nullable Object> T output(Class<T> type) {
    return output(TypeRef.of(type));
  }

  /** The same for a type with parameters. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the codec gives what the type says
  public <T extends @Nullable Object> T output(TypeRef<T> type) {
    var output = end.output();
    if (output == null) {
      throw new AssertionError("run " + id + " has no output: it " + text());
    }
    return (T) ValueCodec.decodeAs(output, type.type(), "the output of run " + id);
  }

  /** Per meter, without what its children charged. */
  public Map<String, Long> charged() {
    return end.charged();
  }

  /** How often it was given to a worker. */
  public int epochs() {
    return end.epochs();
  }

  /** How often it was tried as a whole. */
  public int attempts() {
    return end.attempts();
  }

  /**
   * From the submission to its end, by the kit's time: what it slept and waited. For a child, too,
   * this counts from the submission of the root.
   */
  public Duration took() {
    return Duration.between(World.BEGIN, Instant.ofEpochMilli(end.atMs()));
  }

  // --- what it did

  /** Its steps as they were journaled, those before checkpoints among them. */
  public List<Step> steps() {
    return entries().stream().map(TestRun::step).toList();
  }

  private List<StepEntry> entries() {
    var entries = new ArrayList<StepEntry>();
    for (var record : history.records(id)) {
      if (record.getEntry() instanceof StepEntry step) {
        entries.add(step);
      }
    }
    return entries;
  }

  private static Step step(StepEntry entry) {
    var error = entry.getError();
    return new Step(
        entry.getName(),
        entry.getTries(),
        entry.getCharged(),
        error == null ? null : new Failure(error.getType(), error.getMessage(), error.getStep()));
  }

  /**
   * What the last step of this name gave.
   *
   * @throws AssertionError if there is none, or it failed
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the codec gives what the type says
  public <T extends @Nullable Object> T result(String step, TypeRef<T> type) {
    var entry =
        entries().stream()
            .filter(one -> one.getName().equals(step) && one.getError() == null)
            .reduce((earlier, later) -> later)
            .orElseThrow(
                () -> new AssertionError("no step '%s' of run %s succeeded".formatted(step, id)));
    return (T)
        new JsonCodec().read(entry.getResult(), entry.getContentType(), type.type(), "the result");
  }

  /** The same for a type without parameters. */
  public <T extends @Nullable Object> T result(String step, Class<T> type) {
    return result(step, TypeRef.of(type));
  }

  /**
   * Something that it emitted.
   *
   * @param position in the code; what an epoch emits replaces what older ones emitted there
   * @param step whose body emitted it; null outside of steps
   */
  public record Emitted(
      int epoch, int position, @Nullable String step, String contentType, byte[] bytes) {
    private boolean isReplacedBy(Emitted other) {
      return other.epoch > epoch && other.position == position;
    }

    private String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** All that it emitted, each call as a chunk, in order; by bodies that were executed. */
  public List<Emitted> emitted() {
    return history.emitted(id).stream().map(TestRun::emitted).toList();
  }

  private static Emitted emitted(Output chunk) {
    var bytes = new byte[chunk.getChunk().remaining()];
    chunk.getChunk().duplicate().get(bytes);
    return new Emitted(
        chunk.getEpoch(), chunk.getPosition(), chunk.getStep(), chunk.getContentType(), bytes);
  }

  /** The text that somebody sees at the end who watches the run, whose chunks replace others. */
  public String shown() {
    var all = emitted();
    return all.stream()
        .filter(one -> one.contentType().startsWith("text/"))
        .filter(one -> all.stream().noneMatch(one::isReplacedBy))
        .map(Emitted::text)
        .collect(Collectors.joining());
  }

  /** Its children that were taken, in the order of their numbers. */
  public List<TestRun> children() {
    var prefix = id + Names.CHILD_SEPARATOR;
    return history.runs().stream()
        .filter(run -> run.startsWith(prefix))
        .filter(run -> run.indexOf(Names.CHILD_SEPARATOR, prefix.length()) < 0)
        .map(run -> new TestRun(history, run))
        .sorted((one, other) -> Integer.compare(one.number(), other.number()))
        .toList();
  }

  private int number() {
    return Integer.parseInt(id.substring(id.lastIndexOf(Names.CHILD_SEPARATOR) + 1));
  }

  // --- what it survives

  /**
   * Executes the whole tree again for every journal record that was written: with a worker that
   * died just before it was written, one that died just after, and one that was told to drain then.
   * A further worker carries on, steps that were executed once do nothing and return what they
   * returned, and each run must take the same positions and end the same.
   *
   * <p>Finds what depends on the clock, on chance, on the order of a {@code HashSet}, on a static
   * field or on the worker, and is not in a step. What differs only now and then is found now and
   * then; what is read from the environment, or from a clock by the day, is not. When several runs
   * share a budget that runs out, a death may change which run gets the last of it: test with a
   * budget that suffices for all or for none.
   *
   * <p>Of more than {@value #MOST_DEATHS} records it tries {@value #MOST_DEATHS}, evenly spread. An
   * agent that catches {@code RunStoppedError} and calls on in an endless loop is not stopped: give
   * such a test a time-out that leaves its thread.
   *
   * @throws AssertionError with some ten places, each with what was expected and found, or that the
   *     run did not end there
   */
  public void survivesCrashes() {
    var findings = new ArrayList<String>();
    for (int at : places(history.appended())) {
      for (var kind :
          List.of(Fate.Kind.DIES_BEFORE, Fate.Kind.DIES_AFTER, Fate.Kind.DRAINS_AFTER)) {
        findings.addAll(found(new Fate(kind, at)));
      }
      if (findings.size() >= MOST_FINDINGS) {
        break;
      }
    }
    if (!findings.isEmpty()) {
      throw new AssertionError(
          "run %s is not the same when its worker dies:%n%s"
              .formatted(id, String.join("\n", findings.stream().distinct().toList())));
    }
  }

  /** Records at which the worker meets its fate: up to {@link #MOST_DEATHS}, evenly spread. */
  static int[] places(int records) {
    int many = Math.min(records, MOST_DEATHS);
    return IntStream.range(0, many)
        .map(n -> 1 + Math.toIntExact((long) n * records / many))
        .toArray();
  }

  private List<String> found(Fate fate) {
    awaitNextMillisecond();
    try {
      var again = World.again(history, fate);
      var found = new ArrayList<>(again.mistakes());
      again.difference(history, fate).ifPresent(found::addFirst);
      return found;
    } catch (AssertionError doesNotEnd) {
      return List.of(String.valueOf(doesNotEnd.getMessage()));
    }
  }

  /** An agent that reads the clock must not find the same time again by chance. */
  private static void awaitNextMillisecond() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() == now) {
      Thread.onSpinWait();
    }
  }

  // --- for people

  private String text() {
    var error = end.error();
    return "ended "
        + end.status()
        + (error == null ? "" : " with " + error.getType() + ": " + error.getMessage());
  }

  @Override
  public String toString() {
    var output = end.output();
    return "run "
        + id
        + " "
        + text()
        + (output == null ? "" : " and " + StandardCharsets.UTF_8.decode(output.duplicate()));
  }
}
