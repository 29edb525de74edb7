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
 * What is wrong around a process now. Each is told once in the log when it begins and once when it
 * is over; meanwhile it is shown by {@code /readyz} and {@code /metrics}.
 */
public final class Alarms {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  /**
   * Something that is wrong.
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
   * Alarms that somebody else is told, too.
   *
   * @param begun gets each alarm once, when it begins
   */
  public Alarms(Consumer<Alarm> begun) {
    this.begun = begun;
  }

  /**
   * Says what is wrong of one kind; what was wrong and is not named any more is over.
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

  /** Says something that has happened and cannot be over: it is told once and not kept. */
  public void tell(Alarm alarm) {
    LOG.warn("{}", alarm);
    begun.accept(alarm);
  }

  /** A line for each. */
  public List<String> lines() {
    synchronized (standing) {
      return standing.values().stream()
          .flatMap(alarms -> alarms.values().stream())
          .map(Alarm::toString)
          .toList();
    }
  }

  /** How many there are of each kind that there ever was one of. */
  public Map<String, Integer> counts() {
    synchronized (standing) {
      var counts = new TreeMap<String, Integer>();
      standing.forEach((kind, alarms) -> counts.put(kind, alarms.size()));
      return counts;
    }
  }
}
