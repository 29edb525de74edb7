package dev.sluice.schemas.wire;

import java.nio.ByteBuffer;

/** Confluent's wire format: byte 0, the schema id in four bytes, then Avro binary. */
public final class WireFormat {
  static final byte MAGIC = 0;
  public static final int HEADER_BYTES = 5;

  private WireFormat() {}

  public static int schemaId(byte[] data) {
    if (data.length < HEADER_BYTES || data[0] != MAGIC) {
      throw new SerdeException(
          SerdeException.Kind.MALFORMED,
          "not in the wire format: expected byte 0 and a schema id, got "
              + data.length
              + " bytes"
              + (data.length == 0 ? "" : " that begin with " + data[0]),
          null);
    }
    return ByteBuffer.wrap(data).getInt(1);
  }

  /** The same for bytes that may be in another format; what it says then means nothing. */
  public static int anySchemaId(byte[] data) {
    return data.length < HEADER_BYTES ? -1 : ByteBuffer.wrap(data).getInt(1);
  }

  public static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }
}
