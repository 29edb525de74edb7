package dev.sluice.topology.catalog;

import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.Loop;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.schemas.reading.DeletedUnread;
import dev.sluice.topology.streams.Changelogs;
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

/** The threads beside a catalog that look after its environment. */
final class CatalogWatches implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration TELL_EVERY = Duration.ofSeconds(1);

  private final CatalogConfig config;
  private final Vitals vitals;
  private final Admin admin;
  private final ProgressSender sender;
  private final Notices notices;
  private final Alarms alarms;
  private final DeletedUnread deleted;
  private final EnvironmentMeasures measures;
  private final List<Loop> loops = new ArrayList<>();

  /**
   * What they share; none runs yet.
   *
   * @param partitions of the gate
   */
  CatalogWatches(CatalogConfig config, SluiceSerdes serdes, Vitals vitals, int partitions) {
    this.config = config;
    this.vitals = vitals;
    admin = Admin.create(new HashMap<>(config.kafka()));
    sender = new ProgressSender(config.kafka(), config.prefix(), serdes);
    notices = new Notices(sender, partition -> true, partitions);
    alarms = new Alarms(notices::take);
    deleted = new DeletedUnread("the catalog " + config.instance(), alarms);
    measures = new EnvironmentMeasures(alarms, Set.of(deleted));
  }

  /** What the catalog's own reader tells of records that it will not see. */
  DeletedUnread deleted() {
    return deleted;
  }

  /**
   * Starts them.
   *
   * @param streams the catalog that they watch over
   */
  void start(Changelogs changelogs, RestartingStreams streams) {
    start("notices", TELL_EVERY, notices::sendThoseOfHere);
    var grown = new GrownInputs(admin, changelogs, alarms, streams::restart);
    start("grown-inputs", GrownInputs.LOOK_EVERY, grown::look);
    var compacted = Set.of(config.prefix() + Topics.JOURNAL, config.prefix() + Topics.TENANTS);
    var readers = Map.of(config.applicationId(), deleted);
    var trimmed = new TrimmedTopics(admin, readers, compacted::contains, alarms);
    start("trimmed-topics", TrimmedTopics.LOOK_EVERY, trimmed::look);
  }

  private void start(String name, Duration every, Loop.Turn turn) {
    loops.add(Loop.start(name, every, LONGEST_PAUSE, vitals, turn));
  }

  /** What is wrong around the catalog, a line for each; a watch that sees nothing is, too. */
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
    return measures.scrape(Map.of());
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
    sender.close();
    admin.close(Duration.ofSeconds(2));
  }
}
