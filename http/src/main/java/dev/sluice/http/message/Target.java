package dev.sluice.http.message;

import dev.sluice.contract.Texts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request: its path and query.
 *
 * @param path as it came
 * @param parts of the path, decoded
 * @param query as it came, without the question mark
 * @param parameters of the query, decoded
 * @param authority of an absolute target; null for none
 */
public record Target(
    String path,
    List<String> parts,
    String query,
    Map<String, String> parameters,
    @Nullable String authority) {
  private static final String UNRESERVED = "-._~";
  private static final String OTHERS = "!$&'()*+,;=:@/?%[]";
  private static final String SCHEME = "http://";

  /**
   * Reads an origin-form, an absolute-form or {@code *} (RFC 9112 §3.2).
   *
   * @throws Problem 400 if it is none of these
   */
  public static Target of(String text) {
    requireLegal(text);
    if (text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      int end = endOfAuthority(text);
      var authority = text.substring(SCHEME.length(), end);
      var rest = text.substring(end);
      return of(rest.startsWith("/") ? rest : "/" + rest, authority);
    }
    if (text.equals("*")) {
      return new Target("*", List.of("*"), "", Map.of(), null);
    }
    if (!text.startsWith("/")) {
      throw Problem.badRequest("a target must begin with /, got " + Texts.quoted(text));
    }
    return of(text, null);
  }

  private static int endOfAuthority(String text) {
    for (int i = SCHEME.length(); i < text.length(); i++) {
      if (text.charAt(i) == '/' || text.charAt(i) == '?') {
        return i;
      }
    }
    return text.length();
  }

  private static Target of(String text, @Nullable String authority) {
    int mark = text.indexOf('?');
    var path = mark < 0 ? text : text.substring(0, mark);
    var query = mark < 0 ? "" : text.substring(mark + 1);
    var parts = new ArrayList<String>();
    for (var part : path.substring(1).split("/", -1)) {
      var decoded = decoded(part, false);
      if (decoded.equals(".") || decoded.equals("..")) {
        throw Problem.badRequest("a path may not have a part that is . or ..");
      }
      parts.add(decoded);
    }
    return new Target(path, parts, query, parameters(query), authority);
  }

  private static void requireLegal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && UNRESERVED.indexOf(c) < 0 && OTHERS.indexOf(c) < 0) {
        throw Problem.badRequest(
            "a target may not have the character '%s'; write it as %%%02X; got %s"
                .formatted(Texts.quoted(Character.toString(c)), (int) c, Texts.quoted(text)));
      }
    }
  }

  private static Map<String, String> parameters(String query) {
    var found = new LinkedHashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equal = pair.indexOf('=');
        var name = decoded(equal < 0 ? pair : pair.substring(0, equal), true);
        var value = equal < 0 ? "" : decoded(pair.substring(equal + 1), true);
        if (found.putIfAbsent(name, value) != null) {
          throw Problem.badRequest("the query has " + Texts.quoted(name) + " more than once");
        }
      }
    }
    return found;
  }

  private static String decoded(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
      return text;
    }
    var bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.put(octet(text, i));
        i += 2;
      } else {
        bytes.put((byte) (plusIsSpace && c == '+' ? ' ' : c));
      }
    }
    return utf8(bytes.flip(), text);
  }

  private static byte octet(String text, int at) {
    if (at + 2 >= text.length()
        || !HexFormat.isHexDigit(text.charAt(at + 1))
        || !HexFormat.isHexDigit(text.charAt(at + 2))) {
      throw Problem.badRequest(
          "% must be followed by two hexadecimal digits in " + Texts.quoted(text));
    }
    return (byte) HexFormat.fromHexDigits(text, at + 1, at + 3);
  }

  private static String utf8(ByteBuffer bytes, String text) {
    try {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      return decoder.decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw Problem.badRequest("a target must be UTF-8 once decoded, got " + Texts.quoted(text));
    }
  }
}
