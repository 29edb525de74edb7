package dev.sluice.topology.catalog;

import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.Loop;
import dev.sluice.schemas.process.Vitals;
import dev.sluice.schemas.reading.DeletedUnread;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.scaling.Behind;
import dev.sluice.topology.catalog.scaling.CodeHeard;
import dev.sluice.topology.catalog.scaling.PoolWatch;
import dev.sluice.topology.catalog.scaling.PoolsHeard;
import dev.sluice.topology.streams.CarefulReading;
import dev.sluice.topology.streams.Changelogs;
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
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The threads of a catalog that watch its environment. */
final class CatalogWatches implements AutoCloseable {
  private static final Duration TELL_EVERY = Duration.ofSeconds(1);

  private final CatalogConfig config;
  private final Admin admin;
  private final ProgressSender sender;
  private final Notices notices;
  private final Alarms alarms;
  private final DeletedUnread deleted;
  private final CarefulReading careful;
  private final EnvironmentMeasures measures;
  private final Behind behind;
  private final PoolWatch pools;
  private final Watches watches;

  /**
   * What they share; none runs yet.
   *
   * @param partitions of the gate
   */
  CatalogWatches(CatalogConfig config, SluiceSerdes serdes, Vitals vitals, int partitions) {
    this.config = config;
    admin = TopicAdmin.connect(config.kafka(), Watches.ANSWER_WITHIN_MS);
    sender = new ProgressSender(config.kafka(), config.prefix(), serdes);
    notices = new Notices(sender, partition -> true, partitions);
    alarms = new Alarms(notices::take);
    watches = new Watches(vitals, alarms);
    careful = new CarefulReading(admin, config.kafka(), config.applicationId());
    deleted = new DeletedUnread("the catalog " + config.instance(), alarms);
    measures = new EnvironmentMeasures(alarms, Set.of(deleted));
    behind = new Behind(config.prefix(), partitions, admin);
    pools = new PoolWatch(config.kafka(), config.prefix(), serdes, admin);
  }

  /** What looks for records that cannot be read, before a client is made. */
  CarefulReading careful() {
    return careful;
  }

  /** What the catalog's own reader tells of records that it will not see. */
  DeletedUnread deleted() {
    return deleted;
  }

  /** How old the catalog's knowledge is. */
  Behind behind() {
    return behind;
  }

  /** Which code the workers have. */
  CodeHeard code() {
    return pools.code();
  }

  /** Which pools there are. */
  PoolsHeard pools() {
    return pools.pools();
  }

  /**
   * Starts them.
   *
   * @param streams the catalog that they watch over
   */
  void start(Changelogs changelogs, RestartingStreams streams) {
    watches.start("notices", TELL_EVERY, notices::sendThoseOfHere);
    watches.start("behind", Behind.LOOK_EVERY, behind::look);
    watches.start("pools", PoolWatch.LOOK_EVERY, pools::look);
    var grown = new GrownInputs(admin, changelogs, alarms, streams::restart);
    watches.start("grown-inputs", GrownInputs.LOOK_EVERY, grown::look);
    Loop.Turn end = () -> careful.look(streams::restart);
    watches.start("careful-reading", CarefulReading.LOOK_EVERY, end);
    var compacted =
        Set.of(
            config.prefix() + Topics.JOURNAL,
            config.prefix() + Topics.TENANTS,
            config.prefix() + Topics.SETTINGS);
    var readers = Map.of(config.applicationId(), deleted);
    var trimmed = new TrimmedTopics(admin, readers, compacted::contains, alarms);
    watches.start("trimmed-topics", TrimmedTopics.LOOK_EVERY, trimmed::look);
  }

  /** The text of {@code /readyz}. */
  ProbeAnswer answer(@Nullable String whyNot) {
    return watches.answer(whyNot);
  }

  String scrape() {
    return measures.scrape(Map.of());
  }

  @Override
  public void close() {
    watches.close();
    pools.close();
    sender.close();
    admin.close(Duration.ofSeconds(2));
  }
}
