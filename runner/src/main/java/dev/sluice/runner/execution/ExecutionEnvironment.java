package dev.sluice.runner.execution;

import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.identity.WorkerName;
import dev.sluice.runner.io.JournalAppender;
import dev.sluice.runner.io.JournalSource;
import dev.sluice.runner.output.EpochOutput;
import dev.sluice.runner.output.OutputSink;
import dev.sluice.runner.pause.StepPauses;
import dev.sluice.runner.trace.EpochTrace;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the executions of one worker have in common; complete before the first begins.
 *
 * @param agents by name
 * @param writer where their journal records go
 * @param reader where those of earlier epochs are read
 * @param outputs where what their agents emit goes
 * @param rehearsal what stands between them and their agents; {@link Rehearsal#NONE} in a worker
 */
public record ExecutionEnvironment(
    WorkerName name,
    Map<String, LoadedAgent> agents,
    JournalAppender writer,
    JournalSource reader,
    OutputSink outputs,
    Leases leases,
    StepPauses pauses,
    Watch watch,
    Rehearsal rehearsal) {
  public ExecutionEnvironment {
    agents = Map.copyOf(agents);
  }

  LoadedAgent agent(String agentName) {
    var agent = agentOrNull(agentName);
    if (agent == null) {
      throw new NonRetryableException("this worker has no agent " + agentName);
    }
    return agent;
  }

  @Nullable LoadedAgent agentOrNull(String agentName) {
    return agents.get(agentName);
  }

  /** The trace of an epoch that begins here. */
  EpochTrace trace(Dispatch dispatch) {
    var agent = agentOrNull(dispatch.getAgent());
    return watch.traces().epoch(dispatch, agent == null ? "" : agent.version(), name.incarnation());
  }

  /** What an epoch that begins emits. */
  EpochOutput output(Dispatch dispatch) {
    return new EpochOutput(
        RunRef.of(dispatch), name.incarnation(), dispatch.getGatePartition(), outputs);
  }

  /** A record of an epoch's journal. */
  JournalRecord record(
      RunRef ref, int seq, String version, @Nullable Integer code, SpecificRecord entry) {
    return new JournalRecord(
        ref.tenant(), ref.runId(), ref.epoch(), name.incarnation(), seq, version, entry, code);
  }

  LifeSigns life() {
    return watch.life();
  }

  /** Monotonic time, in milliseconds. */
  long nowMs() {
    return watch.life().nowMs();
  }
}
