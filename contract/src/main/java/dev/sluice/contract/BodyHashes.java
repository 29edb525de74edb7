package dev.sluice.contract;

import java.util.Optional;

/** SHA-256 of a request's body, as text of 64 hexadecimal digits. */
public final class BodyHashes {
  /** The reason of a duplicate whose id belongs to a different request. */
  public static final String OTHER_BODY = "other body";

  private static final int DIGITS = 64;
  private static final int FIRST_DIGITS = 16;
  private static final int HEX = 16;

  private BodyHashes() {}

  /** Returns the problem of a hash; empty if there is none. */
  public static Optional<String> problem(String hash) {
    boolean isHash = hash.length() == DIGITS && hash.chars().allMatch(BodyHashes::isDigit);
    return isHash
        ? Optional.empty()
        : Optional.of("body_hash must be 64 hexadecimal digits, got '" + Texts.quoted(hash) + "'");
  }

  private static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  /** The first 8 bytes of a hash without a problem: enough to tell two requests apart. */
  public static long firstBytes(String hash) {
    return Long.parseUnsignedLong(hash, 0, FIRST_DIGITS, HEX);
  }
}
