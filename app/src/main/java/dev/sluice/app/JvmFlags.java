package dev.sluice.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The JVM flags of a command, from the same file that the launcher reads. */
public final class JvmFlags {
  private static final String FILE = "jvm-flags";

  private JvmFlags() {}

  /** The flags of a command on this Java. */
  public static List<String> of(String command) {
    return of(lines(), command, Runtime.version().feature());
  }

  static List<String> of(List<String> lines, String command, int java) {
    var flags = new ArrayList<String>();
    boolean named = false;
    for (var line : lines) {
      var words = List.of(line.strip().split("\\s+"));
      var whose = words.getFirst();
      boolean counts =
          switch (whose) {
            case "", "#" -> false;
            case "all" -> true;
            case "others" -> !named;
            default -> isDigit(whose) ? java >= Integer.parseInt(whose) : whose.equals(command);
          };
      named |= whose.equals(command);
      if (counts) {
        flags.addAll(words.subList(1, words.size()));
      }
    }
    return flags;
  }

  private static boolean isDigit(String whose) {
    return Character.isDigit(whose.charAt(0));
  }

  private static List<String> lines() {
    try (var file = JvmFlags.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException("no resource " + FILE);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
  }
}
