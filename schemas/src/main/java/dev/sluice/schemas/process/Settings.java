package dev.sluice.schemas.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads settings by type and collects all problems, which {@link #failOnProblems} reports together.
 * Until then, a wrong value reads as its default.
 */
public final class Settings {
  private static final List<String> REACHING_KAFKA =
      List.of(
          "security.",
          "sasl.",
          "ssl.",
          "config.providers",
          "client.dns.lookup",
          "reconnect.backoff.",
          "socket.connection.setup.");

  private final Map<String, String> values;
  private final Set<String> known = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  public Settings(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  /** A required text. */
  public String text(String key) {
    var value = text(key, "");
    if (value.isEmpty()) {
      problems.add(key + ": is missing");
    }
    return value;
  }

  public String text(String key, String fallback) {
    known.add(key);
    return values.getOrDefault(key, fallback).trim();
  }

  public boolean bool(String key, boolean fallback) {
    var text = text(key, Boolean.toString(fallback));
    if (!text.equals("true") && !text.equals("false")) {
      problems.add(key + ": must be true or false, got " + text);
    }
    return Boolean.parseBoolean(text);
  }

  /** A whole number from {@code least} to {@code most}. */
  public int integer(String key, int fallback, int least, int most) {
    return (int) number(key, fallback, least, most);
  }

  /** A duration, written as a whole number of milliseconds of at least {@code least}. */
  public Duration millis(String key, Duration fallback, Duration least) {
    return Duration.ofMillis(
        number(key, fallback.toMillis(), least.toMillis(), Duration.ofDays(366).toMillis()));
  }

  /** A whole number from {@code least} to {@code most}. */
  public long number(String key, long fallback, long least, long most) {
    var text = text(key, Long.toString(fallback));
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // told below, with the same words
    }
    problems.add(key + ": must be a whole number from " + least + " to " + most + ", got " + text);
    return fallback;
  }

  /** A number above zero. */
  public double positive(String key, double fallback) {
    var text = text(key, Double.toString(fallback));
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // told below, with the same words
    }
    problems.add(key + ": must be a number above 0, got " + text);
    return fallback;
  }

  /** Values separated by commas. */
  public List<String> list(String key, List<String> fallback) {
    var text = text(key, String.join(",", fallback));
    return Arrays.stream(text.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList();
  }

  /** All settings whose key begins with {@code prefix}, without it; they count as known. */
  public Map<String, String> under(String prefix) {
    var found = new TreeMap<String, String>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            known.add(key);
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /**
   * The settings of every Kafka client: {@code bootstrap.servers}, which must be there, and the
   * settings under {@code kafka.} without that prefix, as far as they say how a broker is reached;
   * how records are written and read is not the operator's choice.
   */
  public Map<String, String> kafka() {
    var kafka = new TreeMap<>(under("kafka."));
    for (var key : Set.copyOf(kafka.keySet())) {
      if (REACHING_KAFKA.stream().noneMatch(key::startsWith)) {
        kafka.remove(key);
        problems.add(
            "kafka.%s: must begin with kafka. and one of %s"
                .formatted(key, String.join(", ", REACHING_KAFKA)));
      }
    }
    kafka.put("bootstrap.servers", text("bootstrap.servers"));
    return kafka;
  }

  /**
   * The settings of the serdes: {@code schema.registry.url}, which must be there, and all settings
   * under {@code serde.} without that prefix.
   */
  public Map<String, String> serdes() {
    var serdes = new TreeMap<>(under("serde."));
    serdes.put("schema.registry.url", text("schema.registry.url"));
    return serdes;
  }

  /** Adds a problem that the caller found. */
  public void problem(String text) {
    problems.add(text);
  }

  /**
   * Ends reading.
   *
   * @throws SettingsException if a value was missing or wrong, or a key is not known
   */
  public void failOnProblems() {
    var unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(known);
    unknown.forEach(key -> problems.add(key + ": is not a setting"));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }
}
