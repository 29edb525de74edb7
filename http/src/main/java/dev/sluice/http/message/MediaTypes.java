package dev.sluice.http.message;

import java.util.Locale;

/** Values of {@code Content-Type} (RFC 9110 §8.3). */
public final class MediaTypes {
  private MediaTypes() {}

  /** Whether it is JSON, or a type that is written as JSON. */
  public static boolean isJson(String contentType) {
    var type = essence(contentType);
    return type.equals(Answer.JSON)
        || (type.startsWith("application/") && type.endsWith("+json") && isOne(type));
  }

  /** Type and subtype in lower case, without parameters. */
  public static String essence(String contentType) {
    int semicolon = contentType.indexOf(';');
    return Tokens.trim(semicolon < 0 ? contentType : contentType.substring(0, semicolon))
        .toLowerCase(Locale.ROOT);
  }

  /** Whether {@code essence} is a type at all. */
  public static boolean isOne(String essence) {
    int slash = essence.indexOf('/');
    return slash > 0
        && Tokens.isToken(essence.substring(0, slash))
        && Tokens.isToken(essence.substring(slash + 1));
  }

  public static boolean isUtf8(String contentType) {
    var parameters = contentType.toLowerCase(Locale.ROOT).replace("\"", "").replace(" ", "");
    return !parameters.contains(";charset=") || parameters.contains(";charset=utf-8");
  }
}
