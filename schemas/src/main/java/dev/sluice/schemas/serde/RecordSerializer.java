package dev.sluice.schemas.serde;

import dev.sluice.schemas.registry.RegistryClient;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.schemas.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes records of one type. Safe for use by several threads. */
final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final RegistryClient registry;
  private final SpecificDatumWriter<T> writer;
  private final org.apache.avro.Schema schema;
  private final Map<String, byte[]> headers = new ConcurrentHashMap<>();
  private final ThreadLocal<Buffer> buffers = ThreadLocal.withInitial(Buffer::new);

  private static final class Buffer {
    private static final int MAX_KEPT_BYTES = 64 * 1024;
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private @Nullable BinaryEncoder encoder;

    private byte[] take() {
      byte[] taken = bytes.toByteArray();
      if (taken.length > MAX_KEPT_BYTES) {
        bytes = new ByteArrayOutputStream(512);
      }
      bytes.reset();
      return taken;
    }
  }

  RecordSerializer(RegistryClient registry, Class<T> type) {
    this.registry = registry;
    this.schema = org.apache.avro.specific.SpecificData.get().getSchema(type);
    this.writer = new SpecificDatumWriter<>(schema);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    if (data == null) {
      return null;
    }
    byte[] header =
        headers.computeIfAbsent(
            topic, name -> WireFormat.header(registry.idOf(name + "-value", schema)));
    var buffer = buffers.get();
    try {
      buffer.bytes.write(header);
      buffer.encoder = EncoderFactory.get().directBinaryEncoder(buffer.bytes, buffer.encoder);
      writer.write(data, buffer.encoder);
      buffer.encoder.flush();
      return buffer.take();
    } catch (AvroRuntimeException | ClassCastException | NullPointerException e) {
      buffer.bytes.reset();
      throw new SerdeException(
          SerdeException.Kind.MALFORMED,
          "a record of " + schema.getFullName() + " for " + topic + " cannot be written",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }
}
