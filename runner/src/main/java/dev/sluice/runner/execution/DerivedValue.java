package dev.sluice.runner.execution;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.journal.Passed.CallPlace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.UUID;

/**
 * 128 bits that look random and are the same whenever a run gets to the same call: the first of the
 * SHA-256 of the tenant, the run, the position of the checkpoint before the call, the call's number
 * behind it, and its name.
 */
record DerivedValue(long high, long low) {
  private static final long VERSION_BITS = 0xF000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT_BITS = 0xC000_0000_0000_0000L;
  private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;

  static DerivedValue of(RunRef run, CallPlace place, String call) {
    var source =
        String.join(
            "/",
            run.tenant(),
            run.runId(),
            Integer.toString(place.checkpoint()),
            Integer.toString(place.number()),
            call);
    var digest = ByteBuffer.wrap(sha256(source.getBytes(StandardCharsets.UTF_8)));
    return new DerivedValue(digest.getLong(), digest.getLong());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A generator whose algorithm is the same in every JDK. */
  Random random() {
    return new Random(high);
  }

  /** In the form of a random UUID, version 4. */
  UUID uuid() {
    return new UUID((high & ~VERSION_BITS) | VERSION_4, (low & ~VARIANT_BITS) | VARIANT_RFC);
  }
}
