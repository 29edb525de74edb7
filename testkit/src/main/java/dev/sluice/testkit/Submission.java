package dev.sluice.testkit;

import dev.sluice.contract.Labels;
import dev.sluice.contract.Names;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.TreeLimits;
import dev.sluice.testkit.world.Scenario;
import dev.sluice.testkit.world.World;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunSubmitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A run that is to be executed, and what is done to it meanwhile. */
public final class Submission {
  private final List<Agent<?, ?>> agents;
  private final Set<String> pools;
  private final RunSubmitted submission;
  private final List<Scenario.Sent> script;

  private Submission(
      List<Agent<?, ?>> agents,
      Set<String> pools,
      RunSubmitted submission,
      List<Scenario.Sent> script) {
    this.agents = agents;
    this.pools = pools;
    this.submission = submission;
    this.script = List.copyOf(script);
  }

  static Submission of(
      List<Agent<?, ?>> agents, Set<String> pools, String agent, @Nullable Object input) {
    var submission =
        RunSubmitted.newBuilder()
            .setTenant("test")
            .setRunId("run")
            .setAgent(agent)
            .setInput(ValueCodec.encode(input, "the input").bytes())
            .build();
    return new Submission(agents, pools, submission, List.of());
  }

  private Submission with(RunSubmitted.Builder changed) {
    return new Submission(agents, pools, changed.build(), script);
  }

  private RunSubmitted.Builder changed() {
    return RunSubmitted.newBuilder(submission);
  }

  // --- the submission

  /** The run has this id and not {@code run}; its children's begin with it. */
  public Submission id(String runId) {
    check(Names.runIdProblem(runId).orElse(null));
    return with(changed().setRunId(runId));
  }

  /** The run is one of this tenant and not of {@code test}. */
  public Submission tenant(String tenant) {
    check(Names.tenantProblem(tenant).orElse(null));
    return with(changed().setTenant(tenant));
  }

  /** Workers of this pool execute the run and not those of {@code default}. */
  public Submission pool(String pool) {
    check(Names.poolProblem(pool).orElse(null));
    return with(changed().setPool(pool));
  }

  private static void check(@Nullable String problem) {
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** The run and its descendants may charge {@code atMost} to {@code meter}. */
  public Submission budget(String meter, long atMost) {
    var budget = new TreeMap<>(submission.getBudget());
    budget.put(meter, atMost);
    return with(changed().setBudget(budget));
  }

  /** Bounds of the run's tree. */
  public Submission limits(TreeLimits limits) {
    return with(
        changed()
            .setLimits(
                new RunLimits(limits.maxChildren(), limits.maxDepth(), limits.maxDescendants())));
  }

  /**
   * The run has this label, too.
   *
   * @param key 1 to 128 of {@code [A-Za-z0-9._/-]}; of two labels of one key the later counts
   * @param value at most 4,096 characters; a run has at most 64 labels of 16,384 characters in all
   * @throws IllegalArgumentException if it may not have it
   */
  public Submission label(String key, String value) {
    var labels = new TreeMap<>(submission.getLabels());
    labels.put(key, value);
    check(Labels.problem(labels).orElse(null));
    return with(changed().setLabels(labels));
  }

  /**
   * The run is not handed to a worker before so much of the kit's time has passed since its
   * submission.
   *
   * @throws IllegalArgumentException if {@code after} is negative
   */
  public Submission startAt(Duration after) {
    if (after.isNegative()) {
      throw new IllegalArgumentException("must not be before the submission: " + after);
    }
    return with(changed().setStartAtMs(World.BEGIN.plus(after).toEpochMilli()));
  }

  /** The run ends TIMED_OUT when so much of the kit's time has passed since its submission. */
  public Submission endBy(Duration after) {
    return with(changed().setEndByMs(World.BEGIN.plus(after).toEpochMilli()));
  }

  // --- what is done to it

  /**
   * Somebody sends the run a signal.
   *
   * @param name 1 to 128 of {@code [A-Za-z0-9._-]}
   * @param payload written as JSON
   * @param after when, by the kit's time since the submission; what is executed at that time is
   *     executed first
   */
  public Submission signal(String name, @Nullable Object payload, Duration after) {
    check(Names.signalProblem(name).orElse(null));
    var bytes = ValueCodec.encode(payload, "the signal's payload").bytes();
    return sent(new Scenario.Sent(after, name, bytes));
  }

  /** Somebody cancels the run; {@code after} as for {@link #signal}. */
  public Submission cancel(Duration after) {
    return sent(new Scenario.Sent(after, null, null));
  }

  private Submission sent(Scenario.Sent one) {
    if (one.after().isNegative()) {
      throw new IllegalArgumentException("must not be before the submission: " + one.after());
    }
    var all = new ArrayList<>(script);
    all.add(one);
    all.sort(Comparator.comparing(Scenario.Sent::after)); // stable: equals in the order given
    return new Submission(agents, pools, submission, all);
  }

  // --- execution

  /**
   * Executes the run and its children until all have ended.
   *
   * @throws AssertionError if it waits for what never comes, does not end, or an agent stops what
   *     must leave it
   */
  public TestRun run() {
    var history = World.play(new Scenario(agents, pools, submission, script));
    if (!history.mistakes().isEmpty()) {
      throw new AssertionError(String.join("\n", history.mistakes()));
    }
    return new TestRun(history, submission.getRunId());
  }
}
