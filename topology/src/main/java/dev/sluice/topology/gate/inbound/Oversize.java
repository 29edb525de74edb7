package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.contract.Bounds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * Users' records that are larger than any valid one. Compression lets them pass the broker's limit,
 * but the gate's own records about them might not fit. So none is accepted. Of a misplaced
 * submission only a stub is re-routed, which its home partition refuses.
 */
public final class Oversize {
  /** The topic's limit, less what re-routing adds: key, headers, framing. */
  public static final int MAX_BYTES = Bounds.USER_RECORD_BYTES - 16 * 1024;

  private static final String HEADER = "sluice-oversize";

  private Oversize() {}

  /** The size of the record as its user wrote it. */
  public static int bytes(Headers headers, byte[] value) {
    var stub = headers.lastHeader(HEADER);
    return stub != null && stub.value() != null && stub.value().length == Integer.BYTES
        ? ByteBuffer.wrap(stub.value()).getInt()
        : value.length;
  }

  public static String reason(int bytes) {
    return "a record must be at most " + MAX_BYTES + " bytes, got " + bytes;
  }

  /** Replaces a misplaced submission of {@code bytes} bytes, marked as a stub. */
  public static byte[] stub(GateEvent.Misplaced submission, int bytes, Headers headers) {
    headers.add(HEADER, ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array());
    return "{\"tenant\":\"%s\",\"run_id\":\"%s\"}"
        .formatted(submission.tenant(), submission.runId())
        .getBytes(StandardCharsets.UTF_8);
  }
}
