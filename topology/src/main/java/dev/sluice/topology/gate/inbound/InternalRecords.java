package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.serde.RecordDecoder;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.gate.schema.InternalSchemas;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads topics that only our own processes write to. */
public final class InternalRecords {
  private final InternalSchemas schemas;

  /** Known schemas are used immediately; another thread looks up the others. */
  record Reader<T>(RecordDecoder<T> decoder, Deserializer<T> asking) {
    static <T extends SpecificRecord> Reader<T> of(SluiceSerdes serdes, Class<T> type) {
      return new Reader<>(serdes.decoder(type), serdes.deserializer(type));
    }
  }

  public InternalRecords(InternalSchemas schemas) {
    this.schemas = schemas;
  }

  <T> @Nullable T value(Reader<T> reader, String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    var first = reader.decoder().decode(topic, data);
    if (first instanceof Decoded.Unknown<T>(int id)) {
      schemas.learn(reader.asking(), topic, id);
      first = reader.decoder().decode(topic, data);
    }
    return switch (first) {
      case Decoded.Value<T>(var value) -> value;
      case Decoded.Unreadable<T>(var failure) -> throw failure;
      case Decoded.Unknown<T>(int id) ->
          throw new SerdeException(
              SerdeException.Kind.REGISTRY_DOWN, "schema id " + id + " was just forgotten", null);
    };
  }

  /** Anything but a record of our own processes is a broken one's. */
  interface Reading {
    @Nullable Inbound now();
  }

  static Inbound read(Reading reading) {
    try {
      var read = reading.now();
      return read == null ? Inbound.nothing() : read;
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      return foreign(e.kind() + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return foreign(String.valueOf(e.getMessage()));
    }
  }

  static Inbound foreign(String reason) {
    return Inbound.of(new GateEvent.ForeignJournal(Texts.atMost(Bounds.REASON_CHARS, reason)));
  }
}
