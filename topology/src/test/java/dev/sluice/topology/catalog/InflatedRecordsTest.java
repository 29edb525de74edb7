package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.Inflated;
import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Decision;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.TenantLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever lies on a topic that the catalog reads, what it keeps of it is small and readable. */
@SuppressWarnings("NullAway.Init") // set before each test
final class InflatedRecordsTest {
  @TempDir private Path dir;
  private CatalogBed bed;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private record Kind<T extends SpecificRecord>(String topic, Class<T> type, Schema schema) {
    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  static Stream<Object> kinds() {
    return Stream.of(
        new Kind<>(Topics.DECISIONS, Decision.class, Decision.getClassSchema()),
        new Kind<>(Topics.COMPLETIONS, RunCompleted.class, RunCompleted.getClassSchema()),
        new Kind<>(Topics.JOURNAL, JournalRecord.class, JournalRecord.getClassSchema()),
        new Kind<>(Topics.TENANTS, TenantLimits.class, TenantLimits.getClassSchema()),
        new Kind<>(Topics.DEAD_LETTERS, DeadLetter.class, DeadLetter.getClassSchema()));
  }

  private static @Nullable Object plain(String field, Schema schema) {
    return switch (field) {
      case "tenant", "run_id", "cause_topic" -> schema.getType() == Schema.Type.STRING ? "t" : null;
      default -> null;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  <T extends SpecificRecord> void whatIsKeptOfThemFitsAndIsReadBack(Object named)
      throws IOException {
    @SuppressWarnings("unchecked")
    var kind = (Kind<T>) named;
    for (var inflated : new Inflated(InflatedRecordsTest::plain).of(kind.schema())) {
      var record = specific(kind, inflated.record());

      bed.pipe(kind.topic(), key(kind, inflated.record()), kind.type(), record);

      assertThat(bed.kept())
          .as("what is kept of %s", inflated)
          .allSatisfy(
              (key, value) ->
                  assertThat(key.get().length + value.length)
                      .isLessThan(Bounds.INTERNAL_RECORD_BYTES - 16 * 1024));
    }
    assertThat(readAll()).isNotEmpty();
  }

  /** All that can be asked for. */
  private List<String> readAll() {
    var view = bed.queries.run("t", "t");
    return List.of(
        view == null ? "" : bed.queries.withChildren(view).toString(),
        bed.queries.tenants(1_000, null, 0).toString(),
        bed.queries.runs("t", RunFilter.ANY, 1_000, null).toString(),
        bed.journals.page("t", "t", true, 1_000, null).toString(),
        bed.queries.deadLetters(letter -> true, 1_000, null).toString());
  }

  private static byte[] key(Kind<?> kind, GenericRecord record) {
    var key =
        kind.topic().equals(Topics.JOURNAL)
            ? "%s/%s/%s/%s/%s"
                .formatted(
                    record.get("tenant"),
                    record.get("run_id"),
                    record.get("epoch"),
                    record.get("incarnation"),
                    record.get("seq"))
            : String.valueOf(record.get("tenant"));
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private static <T extends SpecificRecord> T specific(Kind<T> kind, GenericRecord record)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(kind.schema()).write(record, encoder);
    encoder.flush();
    var decoder = DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null);
    return new SpecificDatumReader<>(kind.type()).read(null, decoder);
  }
}
