package dev.sluice.topology.gate;

import dev.sluice.schemas.Topics;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.Loop;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.schemas.reading.DeletedUnread;
import dev.sluice.topology.streams.EnvironmentMeasures;
import dev.sluice.topology.streams.GrownInputs;
import dev.sluice.topology.streams.Notices;
import dev.sluice.topology.streams.ProgressSender;
import dev.sluice.topology.streams.RestartingStreams;
import dev.sluice.topology.streams.TrimmedTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/** The threads beside the gate: its clock, and what looks after its environment (rule 11). */
final class GateWatches implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final GateParts parts;
  private final Vitals vitals;
  private final Admin admin;
  private final ProgressSender sender;
  private final Notices notices;
  private final Alarms alarms;
  private final DeletedUnread deleted;
  private final Map<String, DeletedUnread> readers = new HashMap<>();
  private final StandingReaders standing;
  private final EnvironmentMeasures measures;
  private final List<Loop> loops = new ArrayList<>();

  /** What they share; none runs yet. */
  GateWatches(GateParts parts, Vitals vitals) {
    this.parts = parts;
    this.vitals = vitals;
    var config = parts.config();
    admin = Admin.create(new HashMap<>(config.kafka()));
    sender = new ProgressSender(config.kafka(), config.prefix(), parts.serdes());
    notices = new Notices(sender, parts.owned()::contains, parts.partitions());
    alarms = new Alarms(notices::take);
    deleted = new DeletedUnread("the gate", alarms);
    readers.put(config.applicationId(), deleted);
    for (var pool : config.core().pools()) {
      var runners = "the runners of pool " + pool;
      readers.put(config.runnersGroup(pool), new DeletedUnread(runners, alarms));
    }
    var transactions = new OpenTransactions(admin);
    var foreign = new ForeignTransactions(admin, transactions, config.foreign());
    standing = new StandingReaders(config, admin, transactions, foreign, alarms);
    measures = new EnvironmentMeasures(alarms, readers.values());
  }

  /** What the gate's own reader tells of records that it will not see. */
  DeletedUnread deleted() {
    return deleted;
  }

  /**
   * Starts them.
   *
   * @param streams the gate that they watch over
   */
  void start(RestartingStreams streams) {
    var config = parts.config();
    var clock = new LeaseClockTicker(sender, parts.owned());
    Loop.Turn tick =
        () -> {
          clock.tick();
          notices.sendThoseOfHere();
        };
    // A tick that fails is the next one's to make good.
    loops.add(Loop.start("lease-clock", config.tick(), config.tick(), vitals, tick));
    var watchdog = new TransactionWatchdog(config, admin);
    start("transaction-watchdog", TransactionWatchdog.LOOK_EVERY, watchdog::look);
    var hanging = new HangingTransactions(config, admin, streams::isRunning);
    start("hanging-transactions", HangingTransactions.LOOK_EVERY, hanging::look);
    start("standing-readers", StandingReaders.LOOK_EVERY, standing::look);
    var changelogs = GateTopology.changelogs(config);
    var grown = new GrownInputs(admin, changelogs, alarms, streams::restart);
    start("grown-inputs", GrownInputs.LOOK_EVERY, grown::look);
    var compacted = Set.of(config.prefix() + Topics.JOURNAL, config.prefix() + Topics.TENANTS);
    var trimmed = new TrimmedTopics(admin, readers, compacted::contains, alarms);
    start("trimmed-topics", TrimmedTopics.LOOK_EVERY, trimmed::look);
  }

  private void start(String name, Duration every, Loop.Turn turn) {
    loops.add(Loop.start(name, every, LONGEST_PAUSE, vitals, turn));
  }

  /** What is wrong around the gate, a line for each; a watch that sees nothing is, too. */
  List<String> warnings() {
    var lines = new ArrayList<>(alarms.lines());
    for (var loop : loops) {
      var blind = loop.whyNot();
      if (blind != null) {
        lines.add(blind);
      }
    }
    return lines;
  }

  String scrape() {
    return measures.scrape(standing.standing());
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
    sender.close();
    admin.close(Duration.ofSeconds(2));
  }
}
