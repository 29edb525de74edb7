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
import dev.sluice.runner.output.OutputSender;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of one worker, put together. */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int DELIVERY_TIMEOUT_MS = 10_000;

  /** For runs that learn that nothing is written any more. */
  private static final long GONE_WITHIN_MS = 2_000;

  /** What it reads or writes but for the dispatch topics; they tell the gate's partitions. */
  private static final List<String> TOPICS =
      List.of(Topics.PROGRESS, Topics.CLAIMS, Topics.JOURNAL, Topics.CONTROL);

  private final RunnerConfig config;
  private final Incarnations identity;
  private final JournalWriter writer;
  private final OutputSender outputs;
  private final JournalReader reader;
  private final Map<String, LoadedAgent> agents;
  private final LifeSigns life;
  private final LeaseDeadlines leases;
  private final StepTimeouts timeouts;
  private final Slots slots;
  private final Executions executions;
  private final Heartbeats heartbeats;
  private final DeadlineTimer deadlines;
  private final Host host;
  private final Faults faults;
  private final Watch watch;
  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean closed;
  private final List<DispatchLoop> loops;
  private final ControlListener control;
  private final @Nullable OperatorServer probes;

  private Worker(
      RunnerConfig config,
      Incarnations identity,
      Map<String, LoadedAgent> agents,
      Host host,
      Building building) {
    this.config = config;
    this.host = host;
    this.identity = identity;
    this.agents = agents;
    var clients = building.clients();
    var opened = building.opened();
    var serdes = SluiceSerdes.create(config.serdes());
    var prefix = config.prefix();
    var journal = prefix + Topics.JOURNAL;
    faults = opened.add(new Faults(this::closeFor, host.onFatal()));
    life = new LifeSigns(faults::met, () -> System.nanoTime() / 1_000_000);
    opened.add((AutoCloseable) life::over);
    var traces = host.traces(config.traces());
    watch = opened.add(new Watch(life, host.measures(identity.worker()), traces));
    leases =
        new LeaseDeadlines(
            building.partitions(), config.leaseTtl().toMillis(), config.tick().toMillis());
    var appends = opened.add(clients.producer(DELIVERY_TIMEOUT_MS));
    var beats = opened.add(clients.producer(DELIVERY_TIMEOUT_MS));
    writer = opened.add(new JournalWriter(journal, appends, serdes));
    outputs = opened.add(outputs(clients, serdes, watch));
    reader =
        opened.add(new JournalReader(journal, opened.add(clients.replayConsumer()), serdes, life));
    timeouts = opened.add(new StepTimeouts());
    slots = new Slots(config.slots());
    executions = new Executions(slots, environment(watch), resorts());
    measureRoom(watch.measures(), slots, executions);
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
            new AnswerRules(leases, agents), leases, executions, heartbeats, this::lostId);
    loops = new ArrayList<>();
    for (var pool : config.pools()) {
      var topics = new PoolTopics(prefix, pool);
      loops.add(
          opened.add(new DispatchLoop(topics, identity.name(), answering, watch, clients, serdes)));
    }
    probes = host.probes() ? opened.add(operatorServer()) : null;
  }

  private OutputSender outputs(Clients clients, SluiceSerdes serdes, Watch watch) {
    var producer = clients.producer(DELIVERY_TIMEOUT_MS);
    return new OutputSender(config.prefix() + Topics.OUTPUTS, producer, serdes, watch);
  }

  private static void measureRoom(WorkerMeasures measures, Slots slots, Executions executions) {
    measures.gauge("sluice.worker.slots", "runs at once, at most", slots::count);
    measures.gauge("sluice.worker.slots.free", "free slots", slots::free);
    measures.gauge("sluice.worker.stuck", "runs that do not stop", executions::stuck);
  }

  private ExecutionEnvironment environment(Watch watch) {
    var pauses = new StepPauses(new LimitPauses(), timeouts, Clock.systemUTC());
    return new ExecutionEnvironment(
        identity.name(), agents, writer, reader, outputs, leases, pauses, watch, Rehearsal.NONE);
  }

  private OperatorServer operatorServer() {
    return OperatorServer.start(
        config.http(),
        () -> true,
        () -> new ProbeAnswer(health().problem(), List.of()),
        watch.measures()::scrape);
  }

  private Heartbeats heartbeats(
      String topic, Producer<byte[], byte[]> producer, SluiceSerdes serdes) {
    return new Heartbeats(
        new Heartbeats.Content(
            identity.name(),
            List.copyOf(agents.values()),
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
      faults.met(FatalReason.Kind.ID_TAKEN, "another worker goes by its id", null);
    }
  }

  private Executions.Resorts resorts() {
    var words = "half of its slots are taken by runs that do not stop";
    return new Executions.Resorts(
        host.halt(), () -> faults.met(FatalReason.Kind.SLOTS_STUCK, words, null));
  }

  /**
   * What a worker is built of and with.
   *
   * @param partitions of the gate
   * @param opened takes whatever has to be closed if the rest cannot be built
   */
  private record Building(Clients clients, int partitions, Opened opened) {}

  /** Ready is who may execute runs and whose every loop turns. */
  RunnerHealth health() {
    if (faults.hasMet()) {
      return health(RunnerHealth.State.FAILED, faults.words());
    }
    if (closed || closing.isLocked()) {
      return health(RunnerHealth.State.CLOSED, "it takes no more runs");
    }
    var standing = life.standing();
    if (!standing.isEmpty()) {
      return health(
          RunnerHealth.State.NOT_READY,
          "these threads stand still: " + String.join(", ", standing));
    }
    return leases.isAnyOver(life.nowMs())
        ? health(RunnerHealth.State.NOT_READY, "no heartbeat was acknowledged in time")
        : health(RunnerHealth.State.READY, null);
  }

  private RunnerHealth health(RunnerHealth.State state, @Nullable String problem) {
    return new RunnerHealth(state, problem, slots.count(), executions.active(), executions.stuck());
  }

  private void begin() {
    faults.start();
    reader.start();
    control.start();
    deadlines.start();
    heartbeats.start();
    loops.forEach(DispatchLoop::start);
  }

  /**
   * Starts a worker: takes its id, reports the death of who had it before, and takes dispatches.
   *
   * @param halt ends the JVM at once; called when a run does not stop though it must
   * @throws SettingsException if the id is taken, an agent says about itself what it may not, or
   *     topics are missing or not as they must be
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
   */
  public static Worker start(RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt) {
    return start(config, agents, Host.ofProcess(halt, reason -> {}), new Clients(config.kafka()));
  }

  /** The same with other clients, such as a test's. */
  static Worker start(RunnerConfig config, List<Agent<?, ?>> agents, Host host, Clients clients) {
    var loaded = LoadedAgent.all(agents);
    var opened = new Opened();
    try {
      var identity = opened.add(Incarnations.take(config.workerId(), config.dataDir()));
      int partitions =
          RequiredTopics.check(config.kafka(), config.prefix(), TOPICS, Set.copyOf(config.pools()));
      new Departures(config, identity).ofPredecessor();
      var groups =
          config.pools().stream().map(pool -> new PoolTopics(config.prefix(), pool).group());
      new IdElsewhere(config.kafka(), groups.toList()).awaitFree(identity);
      var building = new Building(clients, partitions, opened);
      var worker = new Worker(config, identity, loaded, host, building);
      worker.begin();
      StateFolder.tell(config.dataDir(), "the id " + identity.worker());
      return worker;
    } catch (RuntimeException | Error e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  public String incarnation() {
    return identity.incarnation();
  }

  /** Where the probes are. */
  public String probes() {
    return probes == null
        ? "without probes"
        : "http://" + config.http().host() + ":" + probes.port();
  }

  /** Its agents and their versions, for people. */
  public String agents() {
    return agents.values().stream()
        .sorted(Comparator.comparing(LoadedAgent::name))
        .map(agent -> agent.name() + "@" + agent.version())
        .collect(Collectors.joining(","));
  }

  /** Returns when this worker has closed itself and its application was told why. */
  public void awaitFault() throws InterruptedException {
    faults.awaitTold();
  }

  /** Runs executed now. */
  public int active() {
    return executions.active();
  }

  /**
   * Drains: takes nothing new, lets runs yield at their next step, and stops. What has not yielded
   * within the time-out is interrupted, and waited for until its lease may be over; in a process
   * that ends with its worker it ends with that, which its supervisor or successor reports. An
   * interrupted caller lets nothing drain. A thread of a run would wait for itself: this returns at
   * once to it, and another thread closes.
   */
  @Override
  public void close() {
    if (executions.isExecutedBy(Thread.currentThread())) {
      Runnable task = () -> close(config.drainTimeout(), host.goesOn());
      Thread.ofPlatform().name("runner-close").daemon(false).start(task);
    } else {
      close(config.drainTimeout(), host.goesOn());
    }
  }

  /**
   * A worker whose id was taken lets its runs come to their next step. One that is at fault does
   * not; where the process ends with the worker, that is told at once, and all the rest ends then.
   */
  private void closeFor(FatalReason.Kind fault) {
    if (fault == FatalReason.Kind.ID_TAKEN) {
      close(config.drainTimeout(), host.goesOn());
    } else if (host.goesOn()) {
      close(Duration.ZERO, true);
    }
  }

  /** Once; whoever comes later waits until it is done. */
  private void close(Duration patience, boolean waits) {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        boolean hurries = Thread.currentThread().isInterrupted();
        closeParts(hurries ? Duration.ZERO : patience, waits);
      }
    } finally {
      closing.unlock();
    }
  }

  /**
   * Each part whatever goes wrong with those before it, also if memory has run out: a worker must
   * not be left that takes runs, or whose runs nobody stops.
   *
   * @param waits until no code of a run executes without a lease
   */
  private void closeParts(Duration patience, boolean waits) {
    var drained = new AtomicBoolean();
    var gone = new AtomicBoolean();
    var parts = new ArrayList<AutoCloseable>();
    parts.add(heartbeats::beatSoon);
    parts.add(() -> drained.set(drain(patience)));
    parts.add(life::closing);
    parts.add(() -> tellUndrained(drained.get(), patience));
    if (waits) {
      parts.add(executions::interrupt); // none, if all are drained
    }
    parts.addAll(loops);
    parts.addAll(List.of(control, heartbeats));
    if (waits) {
      parts.add(executions::awaitEnds);
    }
    parts.add(life::over);
    parts.addAll(List.of(writer, outputs, reader));
    parts.add(() -> gone.set(waits ? executions.awaitGone(GONE_WITHIN_MS) : executions.isGone()));
    parts.add(() -> closeTimers(gone.get()));
    if (probes != null) {
      parts.add(probes);
    }
    parts.add(() -> new Departures(config, identity).ofThis(gone.get(), waits));
    parts.addAll(List.of(faults, watch)); // the export of the last spans may take a while
    Opened.closeAll(parts);
  }

  private void tellUndrained(boolean drained, Duration patience) {
    if (!drained) {
      LOG.warn("{} runs did not yield within {}", executions.active(), patience);
    }
  }

  private boolean drain(Duration patience) {
    try {
      return executions.drain(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What still executes has its deadline all the same, and its bodies their time-outs. */
  private void closeTimers(boolean gone) {
    if (gone) {
      Opened.closeAll(List.of(deadlines, timeouts));
    }
  }
}
