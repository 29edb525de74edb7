package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.avro.UnreadableException;
import dev.sluice.schemas.avro.WriterSchemas;
import dev.sluice.schemas.registry.KnownSchemas;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.WireFormat;
import dev.sluice.v1.Control;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Decision;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Output;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Strangers' headers, schemas and bodies: each comes out as a value or as unreadable, at a bounded
 * cost, and as the value that Avro's own reader gives. {@code -Dsluice.fuzz.inputs=10000000} is the
 * long one.
 */
final class DecoderFuzzTest {
  private static final int INPUTS = Integer.getInteger("sluice.fuzz.inputs", 240_000);
  private static final long SEED = Long.getLong("sluice.fuzz.seed", 19);
  private static final int BODIES_PER_SCHEMA = 400;
  private static final int SOUND_EVERY = 8;
  private static final int COMPARE_EVERY = 10;
  private static final int ID = 7;

  private static final long MAX_CPU_MS = 50;
  private static final int MEMORY_PER_BYTE = 8;
  private static final int MEMORY_OF_ANY = 64 * 1024;
  private static final int SCHEMA_MEMORY_PER_CHAR = 300;
  private static final int SCHEMA_MEMORY_OF_ANY = 1024 * 1024;

  static List<Class<? extends SpecificRecord>> types() {
    return List.of(
        RunSubmitted.class,
        RunCommand.class,
        TenantLimits.class,
        Setting.class,
        DispatchAnswer.class,
        Progress.class,
        JournalRecord.class,
        Dispatch.class,
        Control.class,
        RunCompleted.class,
        Decision.class,
        DeadLetter.class,
        Output.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void comesOutAsAValueOrAsUnreadable(Class<T> type) {
    int schemas = Math.max(1, INPUTS / types().size() / BODIES_PER_SCHEMA);
    var outcomes = new Outcomes();
    for (int i = 0; i < schemas; i++) {
      new Strangers<>(type, new SplittableRandom(SEED * 1_000_003 + i), outcomes).write();
    }
    assertThat(outcomes.values).as("values read").isPositive();
    assertThat(outcomes.unreadable).as("found unreadable").isPositive();
  }

  private static final class Outcomes {
    private long values;
    private long unreadable;
  }

  /** One writer's schema and what is written with it, or said to be. */
  private static final class Strangers<T extends SpecificRecord> {
    private final Class<T> type;
    private final Schema ours;
    private final SplittableRandom random;
    private final RandomBodies bodies;
    private final Outcomes outcomes;
    private final KnownSchemas known = new KnownSchemas();
    private final RecordDecoder<T> decoder;
    private @Nullable Decoded<T> decoded;
    private byte @Nullable [] sound;

    private Strangers(Class<T> type, SplittableRandom random, Outcomes outcomes) {
      this.type = type;
      this.ours = SpecificData.get().getSchema(type);
      this.random = random;
      this.bodies = new RandomBodies(random);
      this.outcomes = outcomes;
      this.decoder = new AvroDecoder<>(known, type);
    }

    private void write() {
      var text = random.nextInt(3) == 0 ? ours.toString() : new RandomSchemas(random).near(ours);
      long most = (long) SCHEMA_MEMORY_PER_CHAR * text.length() + SCHEMA_MEMORY_OF_ANY;
      var cost = Cost.within(most, MAX_CPU_MS, () -> learn(text));
      assertThat(cost).as(text).satisfies(c -> assertThat(c.isWithin(most, MAX_CPU_MS)).isTrue());
      var written =
          known.find(ID) instanceof KnownSchemas.Found.Avro(Schema schema) ? schema : null;
      for (int i = 0; i < BODIES_PER_SCHEMA; i++) {
        read(written);
      }
    }

    private void learn(String text) {
      var fresh = new KnownSchemas();
      try {
        fresh.put(ID, new KnownSchemas.Found.Avro(WriterSchemas.parse(text)), text.length());
      } catch (UnreadableException e) {
        fresh.put(ID, new KnownSchemas.Found.Broken(String.valueOf(e.getMessage())), 0);
      }
      known.put(ID, Objects.requireNonNull(fresh.find(ID)), 0);
      new AvroDecoder<>(fresh, type).decode("any", WireFormat.header(ID));
    }

    private void read(@Nullable Schema written) {
      byte[] body = body(written, random.nextInt(10));
      byte[] data = data(body);
      long most = (long) MEMORY_PER_BYTE * data.length + MEMORY_OF_ANY;
      var cost = Cost.within(most, MAX_CPU_MS, () -> decoded = decoder.decode("any", data));
      if (!cost.isWithin(most, MAX_CPU_MS)) {
        throw new AssertionError(
            "%s for %d bytes, most %d: %s"
                .formatted(cost, data.length, most, java.util.HexFormat.of().formatHex(data)));
      }
      look(Objects.requireNonNull(decoded), written, data);
    }

    private byte[] body(@Nullable Schema written, int kind) {
      if (written != null && random.nextInt(SOUND_EVERY) == 0) {
        sound = bodies.sound(written);
      }
      if (sound == null || kind == 9) {
        return bodies.noise();
      }
      return kind < 3 ? sound : bodies.damaged(sound);
    }

    private byte[] data(byte[] body) {
      byte[] data =
          ByteBuffer.allocate(WireFormat.HEADER_BYTES + body.length)
              .put(WireFormat.header(ID))
              .put(body)
              .array();
      if (random.nextInt(50) == 0) {
        data[random.nextInt(WireFormat.HEADER_BYTES)]++;
      }
      return random.nextInt(100) == 0
          ? java.util.Arrays.copyOf(data, random.nextInt(data.length + 1))
          : data;
    }

    private void look(Decoded<T> decoded, @Nullable Schema written, byte[] data) {
      switch (decoded) {
        case Decoded.Value<T>(var value) -> {
          // NaNs of different bits are not equal to Avro.
          if (outcomes.values++ % COMPARE_EVERY == 0 && !value.toString().contains("NaN")) {
            assertThat(value).isEqualTo(byAvro(written, data));
          }
        }
        case Decoded.Unreadable<T>(var failure) -> {
          outcomes.unreadable++;
          assertThat(failure.getMessage()).isNotBlank().hasSizeLessThan(600);
          assertThat(failure.getStackTrace()).isNotEmpty();
        }
        case Decoded.Unknown<T>(int id) -> assertThat(id).isNotEqualTo(ID);
      }
    }

    private T byAvro(@Nullable Schema written, byte[] data) {
      var decoder =
          DecoderFactory.get()
              .binaryDecoder(
                  data, WireFormat.HEADER_BYTES, data.length - WireFormat.HEADER_BYTES, null);
      try {
        return new SpecificDatumReader<T>(written, ours).read(null, decoder);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void readsWhateverIsSound(Class<T> type) {
    var ours = SpecificData.get().getSchema(type);
    int sound = 0;
    for (int seed = 0; seed < 300; seed++) {
      var random = new SplittableRandom(seed);
      Schema written;
      try {
        written = WriterSchemas.parse(new RandomSchemas(random).near(ours));
      } catch (UnreadableException e) {
        continue;
      }
      if (SchemaCompatibility.checkReaderWriterCompatibility(ours, written).getType()
          != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
        continue;
      }
      var known = new KnownSchemas();
      known.put(ID, new KnownSchemas.Found.Avro(written), 0);
      byte[] body = new RandomBodies(random).sound(written);
      if (body == null) {
        continue;
      }
      byte[] data =
          ByteBuffer.allocate(WireFormat.HEADER_BYTES + body.length)
              .put(WireFormat.header(ID))
              .put(body)
              .array();
      assertThat(new AvroDecoder<>(known, type).decode("any", data))
          .as("seed %d, %s", seed, written)
          .isInstanceOf(Decoded.Value.class);
      sound++;
    }
    assertThat(sound).isGreaterThan(20);
  }

  @Test
  void aThousandSchemasDoNotFillTheMemory() {
    var known = new KnownSchemas();
    var found = new KnownSchemas.Found.Broken("x");
    for (int id = 0; id < 1_000; id++) {
      known.put(id, found, WriterSchemas.MAX_CHARS);
    }
    assertThat(known.find(999)).isNotNull();
    assertThat(known.find(900)).isNull();
  }
}
