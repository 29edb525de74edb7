package dev.sluice.runner.identity;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker that has lost its id to one elsewhere from taking it back while that one lives:
 * two hosts with one id would end each other for ever. A dead one is out of its group by the end of
 * its session.
 */
public final class IdElsewhere {
  private static final Logger LOG = LoggerFactory.getLogger(IdElsewhere.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Map<String, String> kafka;
  private final List<String> groups;

  /**
   * @param kafka what a Kafka client is made with
   * @param groups of the pools that the worker serves
   */
  public IdElsewhere(Map<String, String> kafka, List<String> groups) {
    this.kafka = kafka;
    this.groups = List.copyOf(groups);
  }

  /**
   * Returns at once unless the life before lost the id; else when nobody has it any more.
   *
   * @throws KafkaException if Kafka cannot be asked
   * @throws IllegalStateException if interrupted
   */
  public void awaitFree(Incarnations identity) {
    if (!identity.wasLost()) {
      return;
    }
    try (var admin = Admin.create(new HashMap<String, Object>(kafka))) {
      var pause = FIRST_PAUSE;
      for (var other = holder(admin, identity.worker());
          other.isPresent();
          other = holder(admin, identity.worker())) {
        LOG.error(
            "Worker id {} belongs to another worker that lives, member {}; {} on {} waits until it"
                + " ends: give one of them another worker.id",
            identity.worker(),
            other.get(),
            identity.incarnation(),
            host());
        Thread.sleep(pause);
        var longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
      }
      identity.regain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while another worker has the id", e);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "this host";
    }
  }

  private Optional<String> holder(Admin admin, String worker) throws InterruptedException {
    for (var group : admin.describeConsumerGroups(groups).describedGroups().values()) {
      try {
        var holder =
            group.get().members().stream()
                .filter(member -> member.groupInstanceId().equals(Optional.of(worker)))
                .findAny();
        if (holder.isPresent()) {
          return Optional.of(holder.get().consumerId());
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw new KafkaException("who has worker id " + worker + " cannot be asked", e);
        }
      }
    }
    return Optional.empty();
  }
}
