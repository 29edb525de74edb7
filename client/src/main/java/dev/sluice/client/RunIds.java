package dev.sluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** Makes run ids. */
public final class RunIds {
  private static final int HASH_BYTES = 16;

  private RunIds() {}

  /** A UUID of version 7 (RFC 9562 §5.7): ids made later sort later. */
  public static String next() {
    var random = UUID.randomUUID();
    long ms = System.currentTimeMillis();
    long high = (ms << 16) | 0x7000L | (random.getMostSignificantBits() & 0x0FFFL);
    return new UUID(high, random.getLeastSignificantBits()).toString();
  }

  /** The id that an idempotency key stands for, the same as a gateway makes of it. */
  public static String ofKey(String tenant, String idempotencyKey) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(tenant.length()).array());
      digest.update(tenant.getBytes(StandardCharsets.UTF_8));
      byte[] hash = digest.digest(idempotencyKey.getBytes(StandardCharsets.UTF_8));
      return "key-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
