package dev.sluice.gateway.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a key, as callers send it: {@code slk_}, its id, and 256 random bits. That many
 * cannot be guessed, so a fast hash keeps them.
 */
public final class KeyText {
  /** By which a scanner recognises a key that was published by mistake. */
  public static final String PREFIX = "slk_";

  private static final Pattern FORM = Pattern.compile("slk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}");
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyText() {}

  /** A key that nobody has. */
  static String fresh() {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(id);
    RANDOM.nextBytes(secret);
    var text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return PREFIX + HexFormat.of().formatHex(id) + "_" + text;
  }

  /** The id of a key; null if the text has not the form of a key. */
  public static @Nullable String id(String text) {
    var form = FORM.matcher(text);
    return form.matches() ? form.group(1) : null;
  }

  static boolean isId(String id) {
    return id.matches("[0-9a-f]{12}");
  }

  /** What is kept of a key. */
  static String hash(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JVM has SHA-256", e);
    }
  }

  /** Whether {@code text} is the key with this hash, in a time that does not depend on it. */
  static boolean matches(String text, String hash) {
    return MessageDigest.isEqual(
        hash(text).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }
}
