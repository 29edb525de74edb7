package dev.sluice.schemas.serde;

import dev.sluice.schemas.registry.RegistryClient;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.SerdeException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one type, and waits for the registry if a schema is new. Safe for use by several
 * threads.
 */
final class RecordDeserializer<T> implements Deserializer<T> {
  private final RegistryClient registry;
  private final RecordDecoder<T> decoder;

  RecordDeserializer(RegistryClient registry, RecordDecoder<T> decoder) {
    this.registry = registry;
    this.decoder = decoder;
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    var first = decoder.decode(topic, data);
    if (first instanceof Decoded.Unknown<T>(int id)) {
      registry.learn(id);
      first = decoder.decode(topic, data);
    }
    return switch (first) {
      case Decoded.Value<T>(var value) -> value;
      case Decoded.Unreadable<T>(var failure) -> throw failure;
      case Decoded.Unknown<T>(int id) ->
          throw new SerdeException(
              SerdeException.Kind.REGISTRY_DOWN,
              "schema id " + id + " was forgotten while it was read",
              null);
    };
  }
}
