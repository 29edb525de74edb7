package dev.sluice.topology.streams;

import dev.sluice.schemas.process.Alarms;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Detects partitions added to an input of a running application. Without this, nobody would read
 * them until Kafka Streams notices, minutes later, and stops.
 */
public final class GrownInputs {
  /** How often is looked. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final Admin admin;
  private final Changelogs changelogs;
  private final Alarms alarms;
  private final Consumer<String> restart;
  private final Map<String, Integer> known = new TreeMap<>();

  /**
   * Looks with {@code admin}.
   *
   * @param restart makes the application's client anew, and says why
   */
  public GrownInputs(Admin admin, Changelogs changelogs, Alarms alarms, Consumer<String> restart) {
    this.admin = admin;
    this.changelogs = changelogs;
    this.alarms = alarms;
    this.restart = restart;
  }

  /** Looks once. */
  public void look() {
    var now = changelogs.inputs(admin);
    int before = Changelogs.most(known);
    boolean isFirst = known.isEmpty();
    now.forEach(
        (topic, partitions) -> {
          var former = known.put(topic, partitions);
          if (former != null && former < partitions) {
            alarms.tell(new Alarms.Alarm("topic grown", topic, text(former, partitions)));
          }
        });
    if (!isFirst && Changelogs.most(now) > before) {
      restart.accept("an input has more partitions than there are tasks");
    }
  }

  private static String text(int former, int now) {
    return "it has %d partitions and had %d; records in partitions that the gate does not have are re-routed. Kafka cannot remove partitions"
        .formatted(now, former);
  }
}
