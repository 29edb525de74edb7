package dev.sluice.contract;

import java.util.regex.Pattern;

/**
 * Masks whatever may be a secret in a text: passwords in addresses, values that are called a
 * password, a secret, a token or a key, and private keys. Messages of libraries' exceptions end up
 * in answers, logs and records, and libraries quote their settings.
 */
public final class Secrets {
  /** Replaces a secret. */
  public static final String MASK = "***";

  private static final int MOST_CHARS = 100_000;

  /** Of an address, such as {@code http://user:password@host}; a scheme need not be there. */
  private static final Pattern IN_ADDRESS =
      Pattern.compile(
          "(?<=://)[^/\\s\"'<>@]{1,1000}(?:@[^/\\s\"'<>@]{1,1000}){0,3}@"
              + "|(?<![^\\s\"'=,;(<\\[])[^/\\s\"'=,;()<>@:]{1,300}:[^/\\s\"'<>@]{1,1000}@(?=[\\w.\\[])");

  /** {@code name = "value"}, {@code "name":"value"} and their like. */
  private static final Pattern NAMED =
      Pattern.compile(
          "((?i:password|passwd|passphrase|secret|credentials?|token|api[._-]?key|ssl[.]key|keystore[.]key|jaas[.]config|user[.]info|authorization)[\\w.-]{0,40}[\"']?\\s?[=:]\\s?)(?:\"(?:[^\"\\\\\\n"
              + "]|\\\\.){0,10000}+\"?|'[^'\\n"
              + "]{0,10000}+'?|(?:(?:Basic|Bearer) )?[^\\s\"',;})\\]]{1,10000}+)");

  private static final Pattern BEARER =
      Pattern.compile("\\b((?:Basic|Bearer) )[A-Za-z0-9+/=._~-]{6,}");

  /** One of Sluice's own API keys; its id is no secret. */
  private static final Pattern API_KEY = Pattern.compile("(slk_[0-9a-f]{12}_)[A-Za-z0-9_-]{8,}");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)",
          Pattern.DOTALL);

  private Secrets() {}

  /** The text with {@link #MASK} in the place of each. */
  public static String masked(String text) {
    var masked = text.length() > MOST_CHARS ? Texts.atMost(MOST_CHARS, text) : text;
    if (masked.indexOf('@') >= 0) {
      masked = IN_ADDRESS.matcher(masked).replaceAll(MASK + "@");
    }
    masked = NAMED.matcher(masked).replaceAll("$1" + MASK);
    masked = BEARER.matcher(masked).replaceAll("$1" + MASK);
    masked = API_KEY.matcher(masked).replaceAll("$1" + MASK);
    return masked.contains("-----BEGIN") ? PRIVATE_KEY.matcher(masked).replaceAll(MASK) : masked;
  }
}
