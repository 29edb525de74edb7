package dev.sluice.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** Makes run ids. */
final class RunIds {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int HASH_BYTES = 16;

  private RunIds() {}

  /** A UUID of version 7 (RFC 9562 §5.7): ids made later sort later. */
  static String next(long nowMs) {
    byte[] bytes = new byte[Long.BYTES + Short.BYTES];
    RANDOM.nextBytes(bytes);
    var random = ByteBuffer.wrap(bytes);
    long high = (nowMs << 16) | 0x7000L | (random.getShort() & 0x0FFFL);
    long low = (random.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  /** The same id for the same tenant and key, wherever and whenever it is asked for. */
  static String ofKey(String tenant, String idempotencyKey) {
    return "key-" + hash(tenant, idempotencyKey);
  }

  /** A short name for two texts. */
  static String hash(String tenant, String text) {
    var digest = digest();
    digest.update(ByteBuffer.allocate(4).putInt(tenant.length()).array());
    digest.update(tenant.getBytes(StandardCharsets.UTF_8));
    byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
  }

  /** The SHA-256 of a request's body, as hexadecimal digits. */
  static String sha256(byte[] body) {
    return HexFormat.of().formatHex(digest().digest(body));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
