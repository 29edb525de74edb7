package dev.sluice.http.message;

import dev.sluice.contract.Texts;
import dev.sluice.http.config.HttpLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request's header lines; names in lower case. */
public final class Headers {
  private record Line(String name, String value) {}

  private final List<Line> lines = new ArrayList<>();

  /**
   * Takes a line without its end.
   *
   * @throws Problem 400 if it is none (RFC 9112 §5), or has a value outside visible ASCII; 431 if
   *     there are too many
   */
  public void add(String line) {
    if (lines.size() == HttpLimits.HEADERS) {
      throw Problem.headTooLarge("a request has at most " + HttpLimits.HEADERS + " headers");
    }
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw Problem.badRequest("a header line must be name: value, got " + Texts.quoted(line));
    }
    var name = line.substring(0, colon);
    if (!Tokens.isToken(name)) {
      throw Problem.badRequest(
          "a header's name has a character that it may not have: " + Texts.quoted(name));
    }
    var value = Tokens.trim(line.substring(colon + 1));
    if (!Tokens.isVisible(value)) {
      throw Problem.badRequest(
          "the header " + Texts.quoted(name) + " has a character outside visible ASCII");
    }
    lines.add(new Line(name.toLowerCase(Locale.ROOT), value));
  }

  /** All values of a header, in their order. */
  List<String> all(String name) {
    var found = new ArrayList<String>(1);
    for (var line : lines) {
      if (line.name().equals(name)) {
        found.add(line.value());
      }
    }
    return found;
  }

  /**
   * The value of a header that may come once; null if it is not there.
   *
   * @throws Problem 400 if it came more than once
   */
  public @Nullable String one(String name) {
    var values = all(name);
    if (values.size() > 1) {
      throw Problem.badRequest("the header " + name + " may come once, got " + values.size());
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /** Whether a header that is a list has this word, in any case. */
  public boolean lists(String name, String word) {
    return all(name).stream()
        .flatMap(value -> List.of(value.split(",")).stream())
        .anyMatch(element -> element.strip().equalsIgnoreCase(word));
  }
}
