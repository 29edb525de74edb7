package dev.sluice.schemas.serde;

import dev.sluice.schemas.avro.TrustedClasses;
import dev.sluice.schemas.registry.KnownSchemas;
import dev.sluice.schemas.registry.Lookup;
import dev.sluice.schemas.registry.OwnSchemas;
import dev.sluice.schemas.registry.RegistryClient;
import dev.sluice.schemas.registry.SerdeConfig;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.schemas.wire.WireFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Serializers and deserializers of our records in Confluent's wire format. They share one schema
 * cache, so each process looks a schema up only once.
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

  /** For the ids of our own schemas; none are known yet. Serdes of others have their own. */
  public OwnSchemas own() {
    boolean isOurs = config.serializerClass() == null && config.deserializerClass() == null;
    return new OwnSchemas(registry, known, isOurs);
  }

  /** The schema id of a record in the wire format; −1 of any other. */
  public static int schemaId(byte[] data) {
    return WireFormat.anySchemaId(data);
  }

  /**
   * Asks the registry for a schema, and waits for it, so that a {@link #decoder} can read by it.
   *
   * @param reader a {@link #deserializer} for the topic
   * @param isOurs whether it is the registry that gave us our ids; asked when it has answered
   */
  public Lookup lookUp(Deserializer<?> reader, String topic, int schemaId, BooleanSupplier isOurs) {
    try {
      if (config.deserializerClass() == null) {
        return lookUp(schemaId, isOurs);
      }
      reader.deserialize(topic, WireFormat.header(schemaId));
      return Lookup.DONE;
    } catch (SerdeException e) {
      return switch (e.kind()) {
        case UNKNOWN_ID -> Lookup.NO_SUCH_ID;
        case REGISTRY_DOWN -> Lookup.NO_ANSWER;
        case INCOMPATIBLE, MALFORMED -> Lookup.DONE;
      };
    }
  }

  private Lookup lookUp(int schemaId, BooleanSupplier isOurs) {
    if (known.find(schemaId) != null) {
      return Lookup.DONE;
    }
    var told = registry.ask(schemaId);
    if (!isOurs.getAsBoolean()) {
      return Lookup.NO_ANSWER;
    }
    if (told == null) {
      return Lookup.NO_SUCH_ID;
    }
    told.rememberIn(known, schemaId);
    return Lookup.DONE;
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
