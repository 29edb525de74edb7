package dev.sluice.schemas.process;

import dev.sluice.contract.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Current problems around a process. Each is logged once when it begins and once when it ends, and
 * is shown in {@code /readyz} and {@code /metrics} in between.
 */
public final class Alarms {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  /**
   * A current problem.
   *
   * @param kind a few words, the same for every alarm of the kind
   * @param subject what it is about, a partition for example
   * @param text what happened, and what helps
   */
  public record Alarm(String kind, String subject, String text) {
    public Alarm {
      text = Secrets.masked(text); // for logs, answers and records
    }

    @Override
    public String toString() {
      return kind + ": " + subject + ": " + text;
    }
  }

  private final Map<String, Map<String, Alarm>> standing = new TreeMap<>();
  private final Consumer<Alarm> begun;

  public Alarms() {
    this(alarm -> {});
  }

  /**
   * Alarms that another listener receives too.
   *
   * @param begun gets each alarm once, when it begins
   */
  public Alarms(Consumer<Alarm> begun) {
    this.begun = begun;
  }

  /**
   * Reports the current problems of one kind; problems that are no longer named are over.
   *
   * @param texts by subject
   */
  public void set(String kind, Map<String, String> texts) {
    var news = new ArrayList<Alarm>();
    synchronized (standing) {
      var before = standing.getOrDefault(kind, Map.of());
      var now = new TreeMap<String, Alarm>();
      texts.forEach((subject, text) -> now.put(subject, new Alarm(kind, subject, text)));
      standing.put(kind, now);
      now.forEach(
          (subject, alarm) -> {
            if (!before.containsKey(subject)) {
              news.add(alarm);
            }
          });
      before.forEach(
          (subject, alarm) -> {
            if (!now.containsKey(subject)) {
              LOG.info("Over: {}: {}", kind, subject);
            }
          });
    }
    for (var alarm : news) {
      LOG.warn("{}", alarm);
      begun.accept(alarm);
    }
  }

  /** Reports an event that has no end: it is logged once and not kept. */
  public void tell(Alarm alarm) {
    LOG.warn("{}", alarm);
    begun.accept(alarm);
  }

  /** One line per alarm. */
  public List<String> lines() {
    synchronized (standing) {
      return standing.values().stream()
          .flatMap(alarms -> alarms.values().stream())
          .map(Alarm::toString)
          .toList();
    }
  }

  /** The number of current alarms of each kind seen so far. */
  public Map<String, Integer> counts() {
    synchronized (standing) {
      var counts = new TreeMap<String, Integer>();
      standing.forEach((kind, alarms) -> counts.put(kind, alarms.size()));
      return counts;
    }
  }
}
