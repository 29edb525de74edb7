package dev.sluice.runner.worker;

import dev.sluice.contract.Names;
import dev.sluice.runner.Agent;
import dev.sluice.runner.GoneReporter;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.RequiredTopics;
import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.schemas.process.OperatorServer;
import dev.sluice.schemas.process.SettingsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of one worker, put together. */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int DELIVERY_TIMEOUT_MS = 10_000;

  /** What it reads or writes but for the dispatch topics; they tell the gate's partitions. */
  private static final List<String> TOPICS =
      List.of(Topics.PROGRESS, Topics.CLAIMS, Topics.JOURNAL, Topics.CONTROL);

  private final RunnerConfig config;
  private final Incarnations identity;
  private final JournalWriter writer;
  private final JournalReader reader;
  private final WorkerParts parts;
  private final Executions executions;
  private final Heartbeats heartbeats;
  private final List<DispatchLoop> loops;
  private final ControlListener control;
  private final OperatorServer probes;

  private Worker(
      RunnerConfig config,
      Incarnations identity,
      Map<String, Agent<?, ?>> agents,
      Runnable halt,
      Clients clients,
      int partitions) {
    this.config = config;
    this.identity = identity;
    var serdes = SluiceSerdes.create(config.serdes());
    var prefix = config.prefix();
    var beats = clients.producer(DELIVERY_TIMEOUT_MS);
    var journal = prefix + Topics.JOURNAL;
    writer = new JournalWriter(journal, clients.producer(DELIVERY_TIMEOUT_MS), serdes);
    reader = new JournalReader(journal, clients.replayConsumer(), serdes);
    parts =
        new WorkerParts(
            identity,
            agents,
            writer,
            reader,
            new LeaseDeadlines(partitions, config.leaseTtl().toMillis(), config.tick().toMillis()),
            new WorkerMeasures());
    heartbeats = new Heartbeats(prefix + Topics.PROGRESS, parts, config.heartbeat(), beats, serdes);
    executions = new Executions(config.slots(), parts, heartbeats::roomAgain, halt);
    parts.use(executions);
    control =
        new ControlListener(prefix + Topics.CONTROL, parts, clients.controlConsumer(), serdes);
    loops =
        config.pools().stream()
            .map(pool -> new DispatchLoop(pool, prefix, parts, heartbeats, clients, serdes))
            .toList();
    parts.measures().gauge("sluice.worker.slots", "runs at once, at most", executions::slots);
    parts.measures().gauge("sluice.worker.slots.free", "free slots", executions::free);
    probes =
        OperatorServer.start(
            config.host(),
            config.httpPort(),
            () -> true,
            () -> !parts.deadlines().isOver(0, parts.nowMs()),
            parts.measures()::scrape);
  }

  /**
   * Starts a worker: takes its id, reports the death of who had it before, and takes dispatches.
   *
   * @param halt ends the process at once; called when a run does not stop though it must
   * @throws SettingsException if the id is taken, or topics are missing or not as they must be
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
   */
  public static Worker start(RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt) {
    return start(config, agents, halt, new Clients(config));
  }

  /** The same with other clients, such as a test's. */
  static Worker start(
      RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt, Clients clients) {
    var named = named(agents);
    var identity = Incarnations.take(config.workerId(), config.dataDir());
    try {
      int partitions =
          RequiredTopics.check(config.kafka(), config.prefix(), TOPICS, Set.copyOf(config.pools()));
      reportPredecessor(config, identity);
      var worker = new Worker(config, identity, named, halt, clients, partitions);
      worker.heartbeats.start();
      worker.loops.forEach(DispatchLoop::start);
      return worker;
    } catch (RuntimeException e) {
      identity.close();
      throw e;
    }
  }

  private static Map<String, Agent<?, ?>> named(List<Agent<?, ?>> agents) {
    var named = new HashMap<String, Agent<?, ?>>();
    for (var agent : agents) {
      var problem = Names.agentProblem(agent.name());
      if (problem.isPresent()) {
        throw new SettingsException(List.of(problem.get()));
      }
      if (named.put(agent.name(), agent) != null) {
        throw new SettingsException(List.of("two agents are named " + agent.name()));
      }
    }
    return named;
  }

  private static void reportPredecessor(RunnerConfig config, Incarnations identity) {
    var predecessor = identity.predecessor();
    if (predecessor != null) {
      report(config, identity, predecessor);
    }
  }

  private static void report(RunnerConfig config, Incarnations identity, String incarnation) {
    try (var reporter =
        new GoneReporter(
            config.kafka(), config.serdes(), config.prefix(), identity.incarnation())) {
      reporter.report(identity.worker(), incarnation);
    }
  }

  public String incarnation() {
    return identity.incarnation();
  }

  /** Where the probes are. */
  public String probes() {
    return "http://" + config.host() + ":" + probes.port();
  }

  /** Returns when another worker has taken this one's id. */
  public void awaitLostId() throws InterruptedException {
    parts.awaitLostId();
  }

  /** Runs executed now. */
  public int active() {
    return executions.active();
  }

  /**
   * Drains: takes nothing new, lets runs yield at their next step, and stops. What has not yielded
   * within the time-out ends with the process, which its supervisor or successor reports.
   */
  @Override
  public void close() {
    boolean drained = drain();
    loops.forEach(DispatchLoop::close);
    control.close();
    heartbeats.close();
    if (!drained) {
      LOG.warn("{} runs did not yield within {}", executions.active(), config.drainTimeout());
    }
    parts.die();
    writer.close();
    reader.close();
    parts.timeouts().close();
    probes.close();
    if (drained) {
      sayGoodbye();
    }
    identity.close();
  }

  private boolean drain() {
    heartbeats.beatSoon();
    try {
      return executions.drain(config.drainTimeout().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Nothing of this incarnation executes any more: that it is gone is certain. */
  private void sayGoodbye() {
    try {
      report(config, identity, identity.incarnation());
    } catch (KafkaException e) {
      LOG.warn("The end of {} could not be reported; its successor will", incarnation(), e);
    }
  }
}
