package dev.sluice.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.embedded.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Schemas of other services for the records that we read, and records of them. */
final class ServiceSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ServiceSchemas() {}

  static byte[] wire(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  /** What another service would write: a record of the same name with fewer fields. */
  static Schema schema(String field) {
    return new Schema.Parser()
        .parse(
            """
            {"type":"record","name":"RunSubmitted","namespace":"dev.sluice.v1","fields":[
             {"name":"run_id","type":"string"},{"name":"tenant","type":"string"},
             {"name":"agent","type":"string"},{"name":"%s","type":["null","string"],"default":null}]}
            """
                .formatted(field));
  }

  /** Limits as another service would write them: with fewer fields. */
  static Schema limitsSchema(String field) {
    return new Schema.Parser()
        .parse(
            """
            {"type":"record","name":"TenantLimits","namespace":"dev.sluice.v1","fields":[
             {"name":"tenant","type":"string"},{"name":"max_in_flight","type":["null","int"]},
             {"name":"%s","type":["null","string"],"default":null}]}
            """
                .formatted(field));
  }

  static byte[] limits(Schema schema, String tenant, int cap) throws IOException {
    var record = new GenericData.Record(schema);
    record.put("tenant", tenant);
    record.put("max_in_flight", cap);
    return written(schema, record);
  }

  static byte[] run(Schema schema, String tenant, String run) throws IOException {
    return run(schema, tenant, run, null);
  }

  /**
   * A run of the agent {@code echo}.
   *
   * @param extra value of the field that only this service has
   */
  static byte[] run(Schema schema, String tenant, String run, @Nullable String extra)
      throws IOException {
    var record = new GenericData.Record(schema);
    record.put("run_id", run);
    record.put("tenant", tenant);
    record.put("agent", "echo");
    record.put(3, extra);
    return written(schema, record);
  }

  private static byte[] written(Schema schema, GenericData.Record record) throws IOException {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericData.Record>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  static int register(Schema schema) throws Exception {
    var url = TestBroker.shared().registry().url().toString();
    var body = JSON.createObjectNode().put("schema", schema.toString()).toString();
    try (var http = HttpClient.newHttpClient()) {
      var subject =
          "/subjects/service-" + Integer.toUnsignedString(schema.hashCode()) + "/versions";
      var request =
          HttpRequest.newBuilder(URI.create(url + subject))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(answer.body()).path("id").intValue();
    }
  }
}
