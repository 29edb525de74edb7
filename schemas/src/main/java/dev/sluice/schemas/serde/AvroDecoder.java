package dev.sluice.schemas.serde;

import dev.sluice.schemas.avro.AvroReader;
import dev.sluice.schemas.avro.Reasons;
import dev.sluice.schemas.avro.UnreadableException;
import dev.sluice.schemas.registry.KnownSchemas;
import dev.sluice.schemas.wire.Contained;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.schemas.wire.WireFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Reads records in the wire format, written with any known and compatible schema. */
final class AvroDecoder<T extends SpecificRecord> implements RecordDecoder<T> {
  /** Most schemas whose readers are cached; beyond it, the cache is emptied. */
  private static final int MAX_READERS = 256;

  private final KnownSchemas known;
  private final Class<T> type;
  private final Map<Integer, Plan<T>> plans = new ConcurrentHashMap<>();

  private sealed interface Plan<T extends SpecificRecord> {
    record By<T extends SpecificRecord>(AvroReader<T> reader) implements Plan<T> {}

    record Never<T extends SpecificRecord>(SerdeException failure) implements Plan<T> {}
  }

  AvroDecoder(KnownSchemas known, Class<T> type) {
    this.known = known;
    this.type = type;
  }

  @Override
  public Decoded<T> decode(String topic, byte[] data) {
    try {
      int id = WireFormat.schemaId(data);
      var plan = plans.get(id);
      if (plan == null) {
        var schema = known.find(id);
        if (schema == null) {
          return new Decoded.Unknown<>(id);
        }
        plan = keep(id, planOf(id, schema));
      }
      return decode(plan, data);
    } catch (SerdeException e) {
      return new Decoded.Unreadable<>(e);
    }
  }

  private Decoded<T> decode(Plan<T> plan, byte[] data) {
    return switch (plan) {
      case Plan.Never<T>(var failure) -> new Decoded.Unreadable<>(failure);
      case Plan.By<T>(var reader) ->
          new Decoded.Value<>(
              Contained.read(
                  data.length + " bytes are no " + type.getSimpleName(),
                  () -> reader.read(data, WireFormat.HEADER_BYTES)));
    };
  }

  private Plan<T> keep(int id, Plan<T> plan) {
    if (plans.size() >= MAX_READERS) {
      plans.clear();
    }
    plans.put(id, plan);
    return plan;
  }

  private Plan<T> planOf(int id, KnownSchemas.Found found) {
    return switch (found) {
      case KnownSchemas.Found.Broken(var problem) -> never(id, problem, null);
      case KnownSchemas.Found.Avro(Schema schema) -> {
        try {
          yield new Plan.By<>(AvroReader.of(type, schema));
        } catch (UnreadableException e) {
          yield never(id, String.valueOf(e.getMessage()), e);
        }
      }
    };
  }

  private static <T extends SpecificRecord> Plan<T> never(
      int id, String problem, @Nullable Throwable cause) {
    return new Plan.Never<>(
        new SerdeException(
            SerdeException.Kind.INCOMPATIBLE,
            Reasons.shortened("schema id " + id + ": " + problem),
            cause));
  }
}
