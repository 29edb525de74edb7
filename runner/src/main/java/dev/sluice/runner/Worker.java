package dev.sluice.runner;

import dev.sluice.http.OperatorServer;
import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.runner.execution.ExecutionEnvironment;
import dev.sluice.runner.execution.Executions;
import dev.sluice.runner.execution.LoadedAgent;
import dev.sluice.runner.execution.Rehearsal;
import dev.sluice.runner.execution.Slots;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.identity.GoneReporter;
import dev.sluice.runner.identity.IdElsewhere;
import dev.sluice.runner.identity.Incarnations;
import dev.sluice.runner.io.Clients;
import dev.sluice.runner.io.JournalReader;
import dev.sluice.runner.io.JournalWriter;
import dev.sluice.runner.lease.AnswerRules;
import dev.sluice.runner.lease.ControlListener;
import dev.sluice.runner.lease.DeadlineTimer;
import dev.sluice.runner.lease.DispatchLoop;
import dev.sluice.runner.lease.Heartbeats;
import dev.sluice.runner.lease.LeaseDeadlines;
import dev.sluice.runner.lease.PoolTopics;
import dev.sluice.runner.pause.LimitPauses;
import dev.sluice.runner.pause.StepPauses;
import dev.sluice.runner.pause.StepTimeouts;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.StateFolder;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.RequiredTopics;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.v1.Progress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
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
  private final Map<String, LoadedAgent> agents;
  private final LifeSigns life;
  private final LeaseDeadlines leases;
  private final StepTimeouts timeouts;
  private final Slots slots;
  private final Executions executions;
  private final Heartbeats heartbeats;
  private final DeadlineTimer deadlines;
  private final CountDownLatch idLost = new CountDownLatch(1);
  private final List<DispatchLoop> loops;
  private final ControlListener control;
  private final OperatorServer probes;

  private Worker(
      RunnerConfig config,
      Incarnations identity,
      Map<String, LoadedAgent> agents,
      Runnable halt,
      Building building) {
    this.config = config;
    this.identity = identity;
    this.agents = agents;
    var clients = building.clients();
    var opened = building.opened();
    var serdes = SluiceSerdes.create(config.serdes());
    var prefix = config.prefix();
    var journal = prefix + Topics.JOURNAL;
    life = new LifeSigns(halt, () -> System.nanoTime() / 1_000_000);
    opened.add((AutoCloseable) life::over);
    var watch = new Watch(life, new WorkerMeasures());
    leases =
        new LeaseDeadlines(
            building.partitions(), config.leaseTtl().toMillis(), config.tick().toMillis());
    var appends = opened.add(clients.producer(DELIVERY_TIMEOUT_MS));
    var beats = opened.add(clients.producer(DELIVERY_TIMEOUT_MS));
    writer = opened.add(new JournalWriter(journal, appends, serdes));
    reader =
        opened.add(new JournalReader(journal, opened.add(clients.replayConsumer()), serdes, life));
    timeouts = opened.add(new StepTimeouts());
    slots = new Slots(config.slots());
    executions = new Executions(slots, environment(watch), halt);
    heartbeats = opened.add(heartbeats(prefix + Topics.PROGRESS, beats, serdes));
    deadlines = opened.add(new DeadlineTimer(life, executions::enforceDeadlines));
    control =
        opened.add(
            new ControlListener(
                prefix + Topics.CONTROL,
                identity.incarnation(),
                executions,
                watch,
                opened.add(clients.controlConsumer()),
                serdes));
    var answering =
        new DispatchLoop.Answering(
            new AnswerRules(leases, agents.keySet()), leases, executions, heartbeats, this::lostId);
    loops = new ArrayList<>();
    for (var pool : config.pools()) {
      var topics = new PoolTopics(prefix, pool);
      loops.add(
          opened.add(new DispatchLoop(topics, identity.name(), answering, watch, clients, serdes)));
    }
    probes = opened.add(operatorServer(watch.measures()));
  }

  private ExecutionEnvironment environment(Watch watch) {
    var pauses = new StepPauses(new LimitPauses(), timeouts, Clock.systemUTC());
    return new ExecutionEnvironment(
        identity.name(), agents, writer, reader, leases, pauses, watch, Rehearsal.NONE);
  }

  private OperatorServer operatorServer(WorkerMeasures measures) {
    measures.gauge("sluice.worker.slots", "runs at once, at most", slots::count);
    measures.gauge("sluice.worker.slots.free", "free slots", slots::free);
    measures.gauge("sluice.worker.stuck", "runs that do not stop", executions::stuck);
    return OperatorServer.start(config.http(), () -> true, this::readiness, measures::scrape);
  }

  private Heartbeats heartbeats(
      String topic, Producer<byte[], byte[]> producer, SluiceSerdes serdes) {
    return new Heartbeats(
        new Heartbeats.Content(
            identity.name(),
            Set.copyOf(agents.keySet()),
            slots,
            executions::held,
            executions::stopping),
        new Heartbeats.Channel(topic, producer, serdes.serializer(Progress.class)),
        leases,
        config.heartbeat(),
        life);
  }

  /** Another worker goes by this one's id: this one takes no more runs. */
  private void lostId() {
    life.closing();
    try {
      identity.lose();
    } finally {
      idLost.countDown();
    }
  }

  /**
   * What a worker is built of and with.
   *
   * @param partitions of the gate
   * @param opened takes whatever has to be closed if the rest cannot be built
   */
  private record Building(Clients clients, int partitions, Opened opened) {}

  /** Ready is who may execute runs and whose every loop turns. */
  private ProbeAnswer readiness() {
    var standing = life.standing();
    if (!standing.isEmpty()) {
      return new ProbeAnswer(
          "these threads stand still: " + String.join(", ", standing), List.of());
    }
    boolean over = leases.isAnyOver(life.nowMs());
    return new ProbeAnswer(over ? "no heartbeat was acknowledged in time" : null, List.of());
  }

  private void begin() {
    reader.start();
    control.start();
    deadlines.start();
    heartbeats.start();
    loops.forEach(DispatchLoop::start);
  }

  /**
   * Starts a worker: takes its id, reports the death of who had it before, and takes dispatches.
   *
   * @param halt ends the process at once; called when a run does not stop though it must, and when
   *     a thread has ended that the worker cannot do without
   * @throws SettingsException if the id is taken, an agent says about itself what it may not, or
   *     topics are missing or not as they must be
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
   */
  public static Worker start(RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt) {
    return start(config, agents, halt, new Clients(config.kafka()));
  }

  /** The same with other clients, such as a test's. */
  static Worker start(
      RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt, Clients clients) {
    var loaded = LoadedAgent.all(agents);
    var opened = new Opened();
    try {
      var identity = opened.add(Incarnations.take(config.workerId(), config.dataDir()));
      int partitions =
          RequiredTopics.check(config.kafka(), config.prefix(), TOPICS, Set.copyOf(config.pools()));
      reportPredecessor(config, identity);
      var groups =
          config.pools().stream().map(pool -> new PoolTopics(config.prefix(), pool).group());
      new IdElsewhere(config.kafka(), groups.toList()).awaitFree(identity);
      var building = new Building(clients, partitions, opened);
      var worker = new Worker(config, identity, loaded, halt, building);
      worker.begin();
      StateFolder.tell(config.dataDir(), "the id " + identity.worker());
      return worker;
    } catch (RuntimeException | Error e) {
      opened.closeAfter(e);
      throw e;
    }
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
    return "http://" + config.http().host() + ":" + probes.port();
  }

  /** Its agents and their versions, for people. */
  public String agents() {
    return agents.values().stream()
        .sorted(Comparator.comparing(LoadedAgent::name))
        .map(agent -> agent.name() + "@" + agent.version())
        .collect(Collectors.joining(","));
  }

  /** Returns when another worker has taken this one's id. */
  public void awaitLostId() throws InterruptedException {
    idLost.await();
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
    life.closing();
    var parts = new ArrayList<AutoCloseable>(loops);
    parts.addAll(List.of(control, heartbeats, deadlines));
    parts.add(() -> tellUndrained(drained));
    parts.add(life::over);
    parts.addAll(List.of(timeouts, writer, reader, probes));
    parts.add(() -> sayGoodbye(drained));
    parts.add(identity);
    Opened.closeAll(parts);
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

  private void tellUndrained(boolean drained) {
    if (!drained) {
      LOG.warn("{} runs did not yield within {}", executions.active(), config.drainTimeout());
    }
  }

  /** Once drained nothing of this incarnation executes any more: that it is gone is certain. */
  private void sayGoodbye(boolean drained) {
    if (!drained) {
      return;
    }
    try {
      report(config, identity, identity.incarnation());
    } catch (KafkaException e) {
      LOG.warn("The end of {} could not be reported; its successor will", incarnation(), e);
    }
  }
}
