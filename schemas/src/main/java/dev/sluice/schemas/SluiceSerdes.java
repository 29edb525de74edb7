package dev.sluice.schemas;

import dev.sluice.schemas.avro.TrustedClasses;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Serializers and deserializers of our records in Confluent's wire format. They share one cache of
 * schemas, so each process asks the registry once for each.
 *
 * <p>Settings: {@code schema.registry.url} (one or more addresses, separated by commas), {@code
 * auto.register.schemas} (default true), {@code sluice.registry.timeout.ms} (default 5000), {@code
 * sluice.serializer.class} and {@code sluice.deserializer.class} to use other implementations, for
 * example Confluent's; these are configured with all settings given.
 *
 * <p>They throw {@link SerdeException}.
 */
public final class SluiceSerdes {
  static {
    TrustedClasses.trust();
  }

  private final SerdeConfig config;
  private final Map<String, ?> settings;
  private final KnownSchemas known = new KnownSchemas();
  private final RegistryClient registry;

  private SluiceSerdes(SerdeConfig config, Map<String, ?> settings) {
    this.config = config;
    this.settings = settings;
    this.registry = new RegistryClient(config, known);
  }

  /**
   * Reads the settings; does not talk to the registry yet.
   *
   * @throws IllegalArgumentException if a setting is missing or wrong
   */
  public static SluiceSerdes create(Map<String, ?> settings) {
    return new SluiceSerdes(SerdeConfig.from(settings), Map.copyOf(settings));
  }

  public <T extends SpecificRecord> Serializer<T> serializer(Class<T> type) {
    if (config.serializerClass() == null) {
      return new RecordSerializer<>(registry, type);
    }
    Serializer<?> other = instance(config.serializerClass(), Serializer.class);
    other.configure(settings, false);
    return new ForeignSerializer<>(other);
  }

  /** Reads what {@link #decoder} does, and waits for the registry where a schema is new. */
  public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
    return config.deserializerClass() == null
        ? new RecordDeserializer<>(registry, decoder(type))
        : foreign(config.deserializerClass(), type);
  }

  /**
   * Reads records without waiting for the registry. A deserializer that the settings name may wait
   * for its own.
   */
  public <T extends SpecificRecord> RecordDecoder<T> decoder(Class<T> type) {
    return config.deserializerClass() == null
        ? new AvroDecoder<>(known, type)
        : foreign(config.deserializerClass(), type);
  }

  private <T extends SpecificRecord> ForeignDeserializer<T> foreign(String name, Class<T> type) {
    Deserializer<?> other = instance(name, Deserializer.class);
    var specific = new HashMap<String, Object>(settings);
    specific.putIfAbsent("specific.avro.reader", "true");
    other.configure(specific, false);
    return new ForeignDeserializer<>(other, type);
  }

  public <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    return Serdes.serdeFrom(serializer(type), deserializer(type));
  }

  private static <I> I instance(String name, Class<I> type) {
    try {
      return Utils.newInstance(name, type);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("no class " + name + " on the class path", e);
    }
  }
}
