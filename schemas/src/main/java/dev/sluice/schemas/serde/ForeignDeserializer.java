package dev.sluice.schemas.serde;

import dev.sluice.schemas.wire.Contained;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.schemas.wire.WireFormat;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A deserializer chosen by the user, with its failures translated into ours. The cost of reading a
 * record is not bounded.
 */
final class ForeignDeserializer<T extends SpecificRecord>
    implements Deserializer<T>, RecordDecoder<T> {
  private final Deserializer<?> other;
  private final Class<T> type;

  ForeignDeserializer(Deserializer<?> other, Class<T> type) {
    this.other = other;
    this.type = type;
  }

  @Override
  public Decoded<T> decode(String topic, byte[] data) {
    try {
      var value = deserialize(topic, data);
      return value == null
          ? new Decoded.Unreadable<>(
              new SerdeException(SerdeException.Kind.MALFORMED, "the record is empty", null))
          : new Decoded.Value<>(value);
    } catch (SerdeException e) {
      return switch (e.kind()) {
        case REGISTRY_DOWN, UNKNOWN_ID -> new Decoded.Unknown<>(WireFormat.anySchemaId(data));
        case INCOMPATIBLE, MALFORMED -> new Decoded.Unreadable<>(e);
      };
    }
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    Object read =
        Contained.read("another deserializer failed", () -> readByOther(topic, data)).orElse(null);
    if (read == null || type.isInstance(read)) {
      return type.cast(read);
    }
    throw new SerdeException(
        SerdeException.Kind.INCOMPATIBLE,
        "expected a record of " + type.getName() + ", got one of " + read.getClass().getName(),
        null);
  }

  private Optional<Object> readByOther(String topic, byte[] data) {
    try {
      return Optional.ofNullable(other.deserialize(topic, data));
    } catch (RuntimeException e) {
      throw ForeignFailures.translate(e);
    }
  }

  @Override
  public void close() {
    other.close();
  }
}
