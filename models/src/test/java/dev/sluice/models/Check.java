package dev.sluice.models;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of {@code checks.txt}: a model with some constants changed, and what TLC has to find.
 *
 * @param quick whether it takes a few seconds only
 * @param verdict {@link #PASS}, or the invariant that must not hold
 * @param changes constants that differ from the model's {@code base.cfg}, as they are written there
 */
record Check(
    String name, boolean quick, String module, String verdict, Map<String, String> changes) {
  static final String PASS = "pass";

  static List<Check> parseAll(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Check::parse)
        .toList();
  }

  private static Check parse(String line) {
    var words = line.strip().split("\\s+");
    if (words.length < 4 || !(words[1].equals("quick") || words[1].equals("long"))) {
      throw new IllegalArgumentException(
          "a row is: name quick|long module verdict CONSTANT=value…, got " + line);
    }
    var changes =
        Arrays.stream(words)
            .skip(4)
            .map(word -> word.split("=", 2))
            .collect(Collectors.toMap(change -> change[0], change -> quoted(change[1])));
    return new Check(words[0], words[1].equals("quick"), words[2], words[3], Map.copyOf(changes));
  }

  /** Words are strings of the model; numbers, TRUE, FALSE and sets stand for themselves. */
  private static String quoted(String value) {
    return value.matches("[a-z]+") ? '"' + value + '"' : value;
  }

  /**
   * TLC's configuration.
   *
   * @param base the module's own
   * @throws IllegalArgumentException if the row changes a constant that the module does not have
   */
  List<String> configuration(List<String> base) {
    var open = new HashMap<>(changes);
    var lines =
        base.stream()
            .filter(line -> verdict.equals(PASS) || !line.startsWith("INVARIANT"))
            .map(line -> changed(line, open))
            .toList();
    if (!open.isEmpty()) {
      throw new IllegalArgumentException(name + ": " + module + " has no " + open.keySet());
    }
    return verdict.equals(PASS)
        ? lines
        : Stream.concat(lines.stream(), Stream.of("INVARIANT " + verdict)).toList();
  }

  private static String changed(String line, Map<String, String> open) {
    var words = line.strip().split("\\s+", 2);
    var value = open.remove(words[0]);
    if (value == null) {
      return line;
    }
    return words[0].equals("SYMMETRY") ? "SYMMETRY " + bare(value) : words[0] + " = " + value;
  }

  private static String bare(String value) {
    return value.replace("\"", "");
  }

  @Override
  public String toString() {
    return name;
  }
}
