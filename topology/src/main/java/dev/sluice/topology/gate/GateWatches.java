package dev.sluice.topology.gate;

import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.Loop;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.schemas.reading.DeletedUnread;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.parking.Lookups;
import dev.sluice.topology.gate.schema.GateSchemas;
import dev.sluice.topology.gate.topic.DispatchTopics;
import dev.sluice.topology.gate.topic.GateTopics;
import dev.sluice.topology.gate.topic.IdsChangelog;
import dev.sluice.topology.gate.topic.ReadPartitions;
import dev.sluice.topology.gate.topic.TopicSettingsWatch;
import dev.sluice.topology.gate.transaction.ForeignTransactions;
import dev.sluice.topology.gate.transaction.HangingTransactions;
import dev.sluice.topology.gate.transaction.OpenTransactions;
import dev.sluice.topology.gate.transaction.ReadInputs;
import dev.sluice.topology.gate.transaction.StandingReaders;
import dev.sluice.topology.gate.transaction.TransactionWatchdog;
import dev.sluice.topology.streams.CarefulReading;
import dev.sluice.topology.streams.EnvironmentMeasures;
import dev.sluice.topology.streams.GrownInputs;
import dev.sluice.topology.streams.Notices;
import dev.sluice.topology.streams.ProgressSender;
import dev.sluice.topology.streams.RestartingStreams;
import dev.sluice.topology.streams.TrimmedTopics;
import dev.sluice.topology.streams.Watches;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The gate's other threads: its clock, and the watches over its environment (rule 11). */
final class GateWatches implements AutoCloseable {
  private final GateParts parts;
  private final Admin admin;
  private final ProgressSender sender;
  private final Notices notices;
  private final Alarms alarms;
  private final DispatchTopics dispatches;
  private final Lookups lookups;
  private final GateSchemas schemas;
  private final DeletedUnread deleted;
  private final CarefulReading careful;
  private final Map<String, DeletedUnread> readers = new ConcurrentHashMap<>();
  private final ReadInputs inputs;
  private final StandingReaders standing;
  private final EnvironmentMeasures measures;
  private final Watches watches;

  /** What they share; none runs yet. */
  GateWatches(GateParts parts, DispatchTopics dispatches, Vitals vitals) {
    this.parts = parts;
    this.dispatches = dispatches;
    var config = parts.config();
    admin = TopicAdmin.connect(config.kafka(), Watches.ANSWER_WITHIN_MS);
    sender = new ProgressSender(config.kafka(), config.prefix(), parts.serdes());
    notices = new Notices(sender, parts.owned()::contains, parts.partitions());
    alarms = new Alarms(notices::take);
    watches = new Watches(vitals, alarms);
    careful = new CarefulReading(admin, config.kafka(), config.applicationId());
    deleted = new DeletedUnread("the gate", alarms);
    readers.put(config.applicationId(), deleted);
    watchRunners();
    var transactions = new OpenTransactions(admin);
    var foreign = new ForeignTransactions(admin, transactions, config.foreign());
    var read = new ReadPartitions(config, admin, dispatches::pools);
    inputs = new ReadInputs(config.prefix());
    standing = new StandingReaders(config, admin, read, foreign, inputs, alarms);
    lookups =
        new Lookups(
            config, parts.serdes(), parts.schemas(), parts.owned(), parts.partitions(), alarms);
    schemas = new GateSchemas(parts.schemas(), alarms);
    measures = new EnvironmentMeasures(alarms, readers.values());
  }

  /** What looks for records that cannot be read, before a client is made. */
  CarefulReading careful() {
    return careful;
  }

  /** What the gate's own reader tells of records that it will not see. */
  DeletedUnread deleted() {
    return deleted;
  }

  /** Pools may come at any time. */
  private void watchRunners() {
    for (var pool : dispatches.pools()) {
      readers.computeIfAbsent(
          parts.config().runnersGroup(pool),
          group -> new DeletedUnread("the runners of pool " + pool, alarms));
    }
  }

  private void lookAtDispatches()
      throws ExecutionException, InterruptedException, TimeoutException {
    dispatches.look(admin);
    watchRunners();
  }

  /** Asks for what the gate has to know before it reads; without an answer it is asked again. */
  void prepare() {
    schemas.look();
  }

  /** Knows how far the gate's reader has come. */
  ReadInputs inputs() {
    return inputs;
  }

  /**
   * Starts them.
   *
   * @param streams the gate that they watch over
   */
  void start(RestartingStreams streams) {
    var config = parts.config();
    var clock = new LeaseClockTicker(sender, parts.owned(), inputs);
    Loop.Turn tick =
        () -> {
          clock.tick();
          notices.sendThoseOfHere();
        };
    // A tick that fails is the next one's to make good.
    watches.start("lease-clock", config.tick(), config.tick(), tick);
    var watchdog = new TransactionWatchdog(config, admin);
    watches.start("transaction-watchdog", TransactionWatchdog.LOOK_EVERY, watchdog::look);
    var hanging = new HangingTransactions(config, admin, streams::isRunning);
    watches.start("hanging-transactions", HangingTransactions.LOOK_EVERY, hanging::look);
    watches.start("standing-readers", StandingReaders.LOOK_EVERY, standing::look);
    var changelogs = GateTopics.changelogs(config);
    var grown = new GrownInputs(admin, changelogs, alarms, streams::restart);
    watches.start("grown-inputs", GrownInputs.LOOK_EVERY, grown::look);
    Loop.Turn end = () -> careful.look(streams::restart);
    watches.start("careful-reading", CarefulReading.LOOK_EVERY, end);
    var tasks = new TopicSettingsWatch.Tasks(parts.owned(), parts.topics());
    var settings = new TopicSettingsWatch(config, dispatches, tasks, admin, sender, alarms);
    watches.start("topic-settings", TopicSettingsWatch.LOOK_EVERY, settings::look);
    var ids = new IdsChangelog(config, admin, alarms);
    watches.start("ids-changelog", IdsChangelog.LOOK_EVERY, ids::look);
    var compacted = compacted(config.prefix());
    var trimmed = new TrimmedTopics(admin, readers, compacted::contains, alarms);
    watches.start("trimmed-topics", TrimmedTopics.LOOK_EVERY, trimmed::look);
    watches.start("dispatch-topics", DispatchTopics.LOOK_EVERY, this::lookAtDispatches);
    Loop.Turn ask =
        () -> {
          parts.schemas().with(dispatches.pools());
          schemas.look();
          streams.hold(parts.schemas().whyNot());
        };
    watches.start("own-schemas", GateSchemas.LOOK_EVERY, ask);
    watches.start("lookups", Lookups.LOOK_EVERY, lookups::look);
  }

  private static Set<String> compacted(String prefix) {
    return Set.of(prefix + Topics.JOURNAL, prefix + Topics.TENANTS, prefix + Topics.SETTINGS);
  }

  /** The text of {@code /readyz}. */
  ProbeAnswer answer(@Nullable String whyNot) {
    return watches.answer(whyNot);
  }

  String scrape() {
    return measures.scrape(standing.standing());
  }

  @Override
  public void close() {
    watches.close();
    lookups.close();
    sender.close();
    admin.close(Duration.ofSeconds(2));
  }
}
