package dev.sluice.topology.gate;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.Loop;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.topology.streams.GrownInputs;
import dev.sluice.topology.streams.RestartingStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** The threads beside the gate: its clock, and what looks after its environment (rule 11). */
final class GateWatches implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Admin admin;
  private final ProgressSender sender;
  private final Alarms alarms;
  private final StandingReaders readers;
  private final EnvironmentMeasures measures = new EnvironmentMeasures();
  private final List<Loop> loops = new ArrayList<>();
  private final Loop readersLoop;

  /**
   * Starts them.
   *
   * @param streams the gate that they watch over
   */
  GateWatches(GateParts parts, Vitals vitals, RestartingStreams streams) {
    var config = parts.config();
    admin = Admin.create(new HashMap<>(config.kafka()));
    sender = new ProgressSender(config, parts.serdes());
    var notices = new Notices(sender, parts.owned(), parts.partitions());
    alarms = new Alarms(notices::take);
    var transactions = new OpenTransactions(admin);
    readers =
        new StandingReaders(
            config,
            admin,
            transactions,
            new ForeignTransactions(admin, transactions, config.foreign()),
            alarms);
    var clock = new LeaseClockTicker(sender, parts.owned());
    var watchdog = new TransactionWatchdog(config, admin);
    var hanging = new HangingTransactions(config, admin, streams::isRunning);
    var changelogs = GateTopology.changelogs(config);
    var grown = new GrownInputs(admin, changelogs, alarms, streams::restart);
    var tick = config.tick();
    loops.add(
        Loop.start(
            "lease-clock",
            tick,
            tick, // a tick that fails is the next one's to make good
            vitals,
            () -> {
              clock.tick();
              notices.sendThoseOfHere();
            }));
    loops.add(
        start("transaction-watchdog", TransactionWatchdog.LOOK_EVERY, vitals, watchdog::look));
    loops.add(start("hanging-transactions", HangingTransactions.LOOK_EVERY, vitals, hanging::look));
    loops.add(start("grown-inputs", GrownInputs.LOOK_EVERY, vitals, grown::look));
    readersLoop = start("standing-readers", StandingReaders.LOOK_EVERY, vitals, readers::look);
    loops.add(readersLoop);
  }

  private static Loop start(String name, Duration every, Vitals vitals, Loop.Turn turn) {
    return Loop.start(name, every, LONGEST_PAUSE, vitals, turn);
  }

  /** What is wrong around the gate, a line for each. */
  List<String> warnings() {
    var lines = new ArrayList<>(alarms.lines());
    var blind = readersLoop.whyNot();
    if (blind != null) {
      lines.add(blind);
    }
    return lines;
  }

  String scrape() {
    return measures.scrape(alarms, readers.standing());
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
    sender.close();
    admin.close(Duration.ofSeconds(2));
  }
}
