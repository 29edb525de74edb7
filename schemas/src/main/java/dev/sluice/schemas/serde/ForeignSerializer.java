package dev.sluice.schemas.serde;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** A serializer chosen by the user, with its failures translated into ours. */
final class ForeignSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final Serializer<Object> other;

  @SuppressWarnings("unchecked") // the user vouches for the class
  ForeignSerializer(Serializer<?> other) {
    this.other = (Serializer<Object>) other;
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    if (data == null) {
      return null;
    }
    try {
      return other.serialize(topic, data);
    } catch (RuntimeException e) {
      throw ForeignFailures.translate(e);
    }
  }

  @Override
  public void close() {
    other.close();
  }
}
