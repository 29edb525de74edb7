package dev.sluice.topology.gate.store;

import dev.sluice.admission.run.RunKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;

/** The names under which the stores hold the core's state. */
final class StateKeys {
  static final String CLOCK = "clock";
  private static final byte SEPARATOR = 0;

  /** A separator and the number of a chunk or child, behind the key of the run. */
  private static final int NUMBER_BYTES = 1 + Integer.BYTES;

  private StateKeys() {}

  static Bytes text(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(Bytes key) {
    return new String(key.get(), StandardCharsets.UTF_8);
  }

  static RunKey runKey(Bytes key) {
    var parts = List.of(text(key).split("\0", 2));
    return new RunKey(parts.get(0), parts.size() < 2 ? "" : parts.get(1));
  }

  static RunKey ownerOf(Bytes key) {
    byte[] bytes = key.get();
    return runKey(Bytes.wrap(Arrays.copyOf(bytes, Math.max(0, bytes.length - NUMBER_BYTES))));
  }

  static int numberOf(Bytes key) {
    byte[] bytes = key.get();
    return bytes.length < NUMBER_BYTES
        ? -1
        : ByteBuffer.wrap(bytes, bytes.length - Integer.BYTES, Integer.BYTES).getInt();
  }

  static Bytes key(RunKey run) {
    return text(run.tenant() + '\0' + run.id());
  }

  static Bytes key(RunKey run, int number) {
    byte[] prefix = key(run).get();
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.length + 1 + Integer.BYTES)
            .put(prefix)
            .put(SEPARATOR)
            .putInt(number)
            .array());
  }
}
