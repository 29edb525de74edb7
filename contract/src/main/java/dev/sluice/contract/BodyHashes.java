package dev.sluice.contract;

import java.util.Optional;

/** SHA-256 of what a request said, as text: 64 hexadecimal digits. */
public final class BodyHashes {
  /** Why the gate takes a submission for a duplicate whose id another request has taken. */
  public static final String OTHER_BODY = "other body";

  private static final int DIGITS = 64;
  private static final int FIRST_DIGITS = 16;
  private static final int HEX = 16;

  private BodyHashes() {}

  /** Says what is wrong with a hash; empty if nothing is. */
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
