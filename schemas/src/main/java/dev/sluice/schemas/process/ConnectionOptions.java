package dev.sluice.schemas.process;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that every process which talks to Kafka has. */
public final class ConnectionOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap servers.")
  private @Nullable String bootstrap;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "The schema registry's addresses, separated by commas.")
  private @Nullable String registry;

  @Option(names = "--prefix", paramLabel = "PREFIX", description = "Prefix of the topics' names.")
  private @Nullable String prefix;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A properties file with any settings; flags win over it. May be repeated: a later one"
              + " wins.")
  private List<Path> files = List.of();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting from docs/settings.md. May be repeated.")
  private List<String> sets = List.of();

  /**
   * All given settings, by key.
   *
   * @throws SettingsException if the file cannot be read or a {@code --set} has no value
   */
  public Map<String, String> settings() {
    var settings = new HashMap<String, String>();
    files.forEach(file -> settings.putAll(read(file)));
    put(settings, "bootstrap.servers", bootstrap);
    put(settings, "schema.registry.url", registry);
    put(settings, "topic.prefix", prefix);
    for (var set : sets) {
      int split = set.indexOf('=');
      if (split < 1) {
        throw new SettingsException(List.of("--set: must be KEY=VALUE, got " + beginning(set)));
      }
      settings.put(set.substring(0, split), set.substring(split + 1));
    }
    return settings;
  }

  /** As much of it as can be a key: what follows may be a secret. */
  private static String beginning(String set) {
    int end = 0;
    while (end < set.length()
        && (Character.isLetterOrDigit(set.charAt(end)) || set.charAt(end) == '.')) {
      end++;
    }
    return end == set.length() ? set : set.substring(0, end) + "…";
  }

  private static void put(Map<String, String> settings, String key, @Nullable String value) {
    if (value != null) {
      settings.put(key, value);
    }
  }

  /**
   * The settings of a properties file.
   *
   * @throws SettingsException if it cannot be read
   */
  public static Map<String, String> read(Path from) {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(from, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(List.of("--config: cannot read " + from + ": " + e));
    }
    var settings = new HashMap<String, String>();
    properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
    return settings;
  }
}
