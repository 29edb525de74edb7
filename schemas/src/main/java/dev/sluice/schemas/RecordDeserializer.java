package dev.sluice.schemas;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads records of one type, whatever compatible schema they were written with. Thread-safe. */
final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final RegistryClient registry;
  private final Schema schema;
  private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
  private final ThreadLocal<BinaryDecoder> decoders =
      ThreadLocal.withInitial(() -> DecoderFactory.get().binaryDecoder(new byte[0], null));

  RecordDeserializer(RegistryClient registry, Class<T> type) {
    this.registry = registry;
    this.schema = SpecificData.get().getSchema(type);
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    int id = WireFormat.schemaId(data);
    var reader = readers.computeIfAbsent(id, this::readerOf);
    var decoder =
        DecoderFactory.get()
            .binaryDecoder(
                data,
                WireFormat.HEADER_BYTES,
                data.length - WireFormat.HEADER_BYTES,
                decoders.get());
    try {
      T value = read(reader, decoder);
      if (!decoder.isEnd()) {
        throw new SerdeException(
            SerdeException.Kind.MALFORMED,
            "bytes are left behind the record of " + schema.getFullName(),
            null);
      }
      return value;
    } catch (IOException | AvroRuntimeException | IllegalArgumentException e) {
      throw malformed(data, e);
    } catch (IndexOutOfBoundsException | NegativeArraySizeException | ClassCastException e) {
      throw malformed(data, e);
    }
  }

  // Avro's reader takes null for "no instance to reuse"; it is not annotated.
  @SuppressWarnings("NullAway")
  private static <R> R read(SpecificDatumReader<R> reader, BinaryDecoder decoder)
      throws IOException {
    return reader.read(null, decoder);
  }

  private SerdeException malformed(byte[] data, Exception cause) {
    return new SerdeException(
        SerdeException.Kind.MALFORMED,
        data.length + " bytes are no record of " + schema.getFullName() + ": " + cause,
        cause);
  }

  private SpecificDatumReader<T> readerOf(int id) {
    var written = registry.schemaOf(id);
    var pair = SchemaCompatibility.checkReaderWriterCompatibility(schema, written);
    if (pair.getType() != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
      throw new SerdeException(
          SerdeException.Kind.INCOMPATIBLE,
          "schema id "
              + id
              + " ("
              + written.getFullName()
              + ") cannot be read as "
              + schema.getFullName()
              + ": "
              + pair.getResult().getIncompatibilities(),
          null);
    }
    return new SpecificDatumReader<>(written, schema);
  }
}
