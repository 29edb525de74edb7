package dev.sluice.runner.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * A whole run as the build of some day wrote it. Its records stand in a file as Avro's JSON, beside
 * the schemas of that day, with which they are read into the records of today.
 */
record GoldenJournal(Schemas schemas, List<Epoch> epochs, List<JournalRecord> records) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where a stack trace says a line of a file, which changes with the build and the JDK. */
  private static final Pattern LINE = Pattern.compile("\\.java:\\d+\\)");

  static {
    // As SluiceSerdes does: Avro makes no class from a schema's name unless it trusts it.
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getPackageName().equals(JournalRecord.class.getPackageName())));
  }

  /**
   * One epoch.
   *
   * @param from the journal's end when it was dispatched
   * @param to the journal's end when its last record was written
   */
  record Epoch(Dispatch dispatch, int from, int to) {}

  /** The schemas that the records of a directory were written with. */
  record Schemas(Schema journalRecord, Schema dispatch) {
    private static final String JOURNAL_RECORD = "JournalRecord.avsc";
    private static final String DISPATCH = "Dispatch.avsc";

    static Schemas today() {
      return new Schemas(JournalRecord.getClassSchema(), Dispatch.getClassSchema());
    }

    static Schemas read(Path dir) throws IOException {
      return new Schemas(schema(dir.resolve(JOURNAL_RECORD)), schema(dir.resolve(DISPATCH)));
    }

    private static Schema schema(Path file) throws IOException {
      return new Schema.Parser().parse(Files.readString(file));
    }

    void write(Path dir) throws IOException {
      Files.writeString(dir.resolve(JOURNAL_RECORD), pretty(journalRecord));
      Files.writeString(dir.resolve(DISPATCH), pretty(dispatch));
    }

    private static String pretty(Schema schema) throws IOException {
      return JSON.readTree(schema.toString()).toPrettyString() + "\n";
    }
  }

  static GoldenJournal read(Path file) throws IOException {
    var schemas = Schemas.read(file.resolveSibling("."));
    var root = JSON.readTree(file.toFile());
    var records = new ArrayList<JournalRecord>();
    for (var record : root.get("records")) {
      records.add(decode(record, schemas.journalRecord(), JournalRecord.class));
    }
    var epochs = new ArrayList<Epoch>();
    for (var epoch : root.get("epochs")) {
      var dispatch = decode(epoch.get("dispatch"), schemas.dispatch(), Dispatch.class);
      epochs.add(new Epoch(dispatch, epoch.get("from").asInt(), epoch.get("to").asInt()));
    }
    return new GoldenJournal(schemas, epochs, records);
  }

  void write(Path file) throws IOException {
    var root = JSON.createObjectNode();
    var all = root.putArray("epochs");
    for (var epoch : epochs) {
      all.addObject()
          .put("from", epoch.from())
          .put("to", epoch.to())
          .set("dispatch", encode(epoch.dispatch(), schemas.dispatch()));
    }
    var array = root.putArray("records");
    for (var record : records) {
      array.add(encode(record, schemas.journalRecord()));
    }
    Files.writeString(file, root.toPrettyString() + "\n");
  }

  /**
   * Entries in the words of the recording's schema, without the times and lines that nobody decides
   * by.
   */
  List<String> texts(List<JournalRecord> written) throws IOException {
    var texts = new ArrayList<String>();
    for (var record : written) {
      var json = encode(record, schemas.journalRecord()).get("entry");
      json.findParents("started_at_ms")
          .forEach(step -> ((ObjectNode) step).remove("started_at_ms"));
      json.findParents("ended_at_ms").forEach(step -> ((ObjectNode) step).remove("ended_at_ms"));
      var code = record.getCodePosition();
      var entry = LINE.matcher(json.toString()).replaceAll(".java)");
      texts.add(record.getSeq() + (code == null ? " " : " of " + code + " ") + entry);
    }
    return texts;
  }

  private static JsonNode encode(SpecificRecord record, Schema as) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var binary = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, binary);
    binary.flush();
    var generic =
        new GenericDatumReader<GenericRecord>(record.getSchema(), as)
            .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    var text = new ByteArrayOutputStream();
    var json = EncoderFactory.get().jsonEncoder(as, text);
    new GenericDatumWriter<GenericRecord>(as).write(generic, json);
    json.flush();
    return JSON.readTree(text.toString(StandardCharsets.UTF_8));
  }

  private static <T extends SpecificRecord> T decode(JsonNode json, Schema writer, Class<T> type)
      throws IOException {
    var decoder = DecoderFactory.get().jsonDecoder(writer, json.toString());
    var generic = new GenericDatumReader<GenericRecord>(writer).read(null, decoder);
    var bytes = new ByteArrayOutputStream();
    var binary = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(writer).write(generic, binary);
    binary.flush();
    var today = SpecificData.get().getSchema(type);
    return new SpecificDatumReader<T>(writer, today)
        .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
  }
}
