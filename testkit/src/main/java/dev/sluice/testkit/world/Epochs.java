package dev.sluice.testkit.world;

import dev.sluice.admission.run.RunKey;
import dev.sluice.runner.execution.Execution;
import dev.sluice.runner.execution.ExecutionEnvironment;
import dev.sluice.runner.execution.Leases;
import dev.sluice.runner.execution.LoadedAgent;
import dev.sluice.runner.execution.Rehearsal;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.io.JournalAppender;
import dev.sluice.runner.io.JournalSource;
import dev.sluice.runner.pause.LimitPauses;
import dev.sluice.runner.pause.StepPauses;
import dev.sluice.runner.pause.StepTimeouts;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.Output;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a worker's executions: each life of the worker has its own. */
final class Epochs implements Leases, Rehearsal {
  private static final StepTimeouts TIMEOUTS = new StepTimeouts(); // one daemon thread for all

  private final Map<String, LoadedAgent> agents;
  private final JournalAppender writer;
  private final JournalSource reader;
  private final MemoryOutputs outputs = new MemoryOutputs();
  private final Bodies bodies;
  private final Around around;

  /** What is around an execution. */
  interface Around {
    /** The one that the worker lives now. */
    Life life();

    /** The world's time, in milliseconds since the epoch. */
    long nowMs();

    /** An agent did what no worker notices. */
    void mistaken(String what);
  }

  Epochs(
      List<Agent<?, ?>> agents,
      JournalAppender writer,
      JournalSource reader,
      Bodies bodies,
      Around around) {
    this.agents = LoadedAgent.all(agents);
    this.writer = writer;
    this.reader = reader;
    this.bodies = bodies;
    this.around = around;
  }

  /** What the agents have emitted. */
  List<Output> emitted() {
    return outputs.chunks();
  }

  /** Names of the agents. */
  Set<String> agents() {
    return agents.keySet();
  }

  /** The epoch that a dispatch begins, executed by the worker's life of now. */
  Execution of(Dispatch dispatch) {
    var watch = new Watch(new LifeSigns((why, cause) -> {}, around::nowMs), new WorkerMeasures());
    var pauses = new StepPauses(new LimitPauses(), TIMEOUTS, Clock.systemUTC());
    return Execution.alone(
        new ExecutionEnvironment(
            around.life().name(), agents, writer, reader, outputs, this, pauses, watch, this),
        dispatch);
  }

  // --- leases: they end with a life

  @Override
  public boolean isOver(int partition, long ttlMs, long claimedMs, long atMs) {
    return false;
  }

  @Override
  public long brokerTimeMs(int partition, long atMs) {
    return around.nowMs();
  }

  // --- what stands between the worker and its agents

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> O call(
      Agent<I, O> agent, Dispatch dispatch, RunContext worker, I input) throws Exception {
    var lived = around.life();
    bodies.begins(new RunKey(dispatch.getTenant(), dispatch.getRunId()));
    var context = new RehearsedContext(worker, bodies, lived::isDead);
    Throwable left = null;
    try {
      return agent.run(context, input);
    } catch (Exception | Error failure) {
      left = failure;
      throw failure;
    } finally {
      context
          .swallowed(left)
          .ifPresent(
              what ->
                  around.mistaken(
                      "agent %s of run %s caught the RunStoppedError that ends its epoch, and %s"
                          .formatted(agent.name(), dispatch.getRunId(), what)));
    }
  }

  /** Pauses between tries would take real time, and nothing else happens meanwhile. */
  @Override
  public long pauseMs(long ms) {
    return 0;
  }
}
