package dev.sluice.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** A deserializer of the user's choice, whose failures are told in our words. */
final class ForeignDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Deserializer<?> other;
  private final Class<T> type;

  ForeignDeserializer(Deserializer<?> other, Class<T> type) {
    this.other = other;
    this.type = type;
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    Object read;
    try {
      read = other.deserialize(topic, data);
    } catch (RuntimeException e) {
      throw ForeignFailures.translate(e);
    }
    if (read == null || type.isInstance(read)) {
      return type.cast(read);
    }
    throw new SerdeException(
        SerdeException.Kind.INCOMPATIBLE,
        "expected a record of " + type.getName() + ", got one of " + read.getClass().getName(),
        null);
  }

  @Override
  public void close() {
    other.close();
  }
}
