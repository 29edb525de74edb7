package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.schemas.wire.WireFormat;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/**
 * What our serdes and Confluent's own classes, which are on the class path of these tests alone,
 * owe each other at one registry.
 */
abstract class ConfluentInterop {
  private static final String SERIALIZER = "io.confluent.kafka.serializers.KafkaAvroSerializer";
  private static final String DESERIALIZER = "io.confluent.kafka.serializers.KafkaAvroDeserializer";
  private static final String PREFIX = "sluice.";

  /** Where the registry is. */
  abstract String registryUrl();

  private Map<String, Object> settings() {
    return Map.of("schema.registry.url", registryUrl(), "specific.avro.reader", "true");
  }

  private SluiceSerdes ours() {
    return SluiceSerdes.create(Map.of("schema.registry.url", registryUrl()));
  }

  /** Ours, told by configuration to use Confluent's. */
  private static SluiceSerdes configured(String registryUrl) {
    return SluiceSerdes.create(
        Map.of(
            "schema.registry.url",
            registryUrl,
            "max.retries",
            "0",
            PREFIX + "serializer.class",
            SERIALIZER,
            PREFIX + "deserializer.class",
            DESERIALIZER));
  }

  @SuppressWarnings("unchecked")
  private Serializer<Object> genuineSerializer() throws ClassNotFoundException {
    ours(); // tells Avro, for the whole JVM, to trust the package of our records
    Serializer<Object> genuine = Utils.newInstance(SERIALIZER, Serializer.class);
    genuine.configure(settings(), false);
    return genuine;
  }

  private Deserializer<?> genuineDeserializer(boolean specific) throws ClassNotFoundException {
    ours();
    Deserializer<?> genuine = Utils.newInstance(DESERIALIZER, Deserializer.class);
    genuine.configure(
        Map.of(
            "schema.registry.url",
            registryUrl(),
            "specific.avro.reader",
            Boolean.toString(specific)),
        false);
    return genuine;
  }

  private static RunSubmitted run() {
    return RunSubmitted.newBuilder()
        .setRunId("r-ü")
        .setTenant("acme")
        .setAgent("echo")
        .setInput(ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .setLabels(Map.of("team", "blue", "tier", "pro"))
        .setBudget(Map.of("tokens", 5L))
        .setMaxDurationMs(7L)
        .setRetry(new RetryPolicy(3, 10L, 20L))
        .build();
  }

  @Test
  void confluentReadsWhatWeWrite() throws Exception {
    byte[] written = ours().serializer(RunSubmitted.class).serialize("interop-1", run());

    assertThat(genuineDeserializer(true).deserialize("interop-1", written)).isEqualTo(run());
    var generic = (GenericRecord) genuineDeserializer(false).deserialize("interop-1", written);
    assertThat(generic.get("run_id")).hasToString("r-ü");
    assertThat(generic.get("max_duration_ms")).isEqualTo(7L);
  }

  @Test
  void weReadWhatConfluentWrites() throws Exception {
    byte[] written = genuineSerializer().serialize("interop-2", run());

    assertThat(ours().deserializer(RunSubmitted.class).deserialize("interop-2", written))
        .isEqualTo(run());
  }

  @Test
  void bothGiveOneSchemaOfOneSubjectTheSameId() throws Exception {
    byte[] one = ours().serializer(RunSubmitted.class).serialize("interop-3", run());
    byte[] other = genuineSerializer().serialize("interop-3", run());

    assertThat(other).startsWith(Arrays.copyOf(one, WireFormat.HEADER_BYTES));
  }

  /** A program of somebody else's has an older or smaller schema and no Java strings in it. */
  @Test
  void weReadWhatConfluentWritesWithASmallerSchema() throws Exception {
    var schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"RunSubmitted","namespace":"dev.sluice.v1","fields":[
                  {"name":"run_id","type":"string"},
                  {"name":"tenant","type":"string"},
                  {"name":"agent","type":"string"},
                  {"name":"labels","type":{"type":"map","values":"string"}}]}
                """);
    var record =
        new GenericRecordBuilder(schema)
            .set("run_id", "r")
            .set("tenant", "t")
            .set("agent", "a")
            .set("labels", Map.of("k", "v"))
            .build();

    byte[] written = genuineSerializer().serialize("interop-4", record);
    var read = ours().deserializer(RunSubmitted.class).deserialize("interop-4", written);
    assertThat(read.getPool()).isEqualTo("default");
    assertThat(read.getLabels()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void ourSchemaIsRefusedWhereItCannotFollow() throws Exception {
    send("PUT", "/config", "{\"compatibility\":\"BACKWARD\"}");
    send(
        "POST",
        "/subjects/interop-5-value/versions",
        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Other\\\",\\\"fields\\\":[]}\"}");

    assertThatThrownBy(() -> ours().serializer(RunSubmitted.class).serialize("interop-5", run()))
        .isInstanceOfSatisfying(
            SerdeException.class,
            e -> assertThat(e.kind()).isEqualTo(SerdeException.Kind.INCOMPATIBLE))
        .hasMessageContaining("interop-5-value");
  }

  private void send(String method, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(registryUrl() + path))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    }
  }

  // --- Confluent's classes in the place of ours

  @Test
  void ourRecordsGoThroughConfluentsClassesWhenConfigured() {
    var serdes = configured(registryUrl());

    byte[] written = serdes.serializer(RunSubmitted.class).serialize("interop-6", run());
    assertThat(serdes.deserializer(RunSubmitted.class).deserialize("interop-6", written))
        .isEqualTo(run());
    assertThat(ours().deserializer(RunSubmitted.class).deserialize("interop-6", written))
        .isEqualTo(run());
  }

  @Test
  void confluentsFailuresAreToldInOurWords() throws Exception {
    byte[] good = ours().serializer(RunSubmitted.class).serialize("interop-7", run());
    byte[] unknown = good.clone();
    unknown[1] = 99;
    byte[] limits =
        ours()
            .serializer(TenantLimits.class)
            .serialize("interop-8", TenantLimits.newBuilder().setTenant("t").build());

    assertKind(registryUrl(), Arrays.copyOf(good, 12), SerdeException.Kind.MALFORMED);
    assertKind(registryUrl(), new byte[] {7, 7, 7, 7, 7, 7, 7}, SerdeException.Kind.MALFORMED);
    assertKind(registryUrl(), unknown, SerdeException.Kind.UNKNOWN_ID);
    assertKind(registryUrl(), limits, SerdeException.Kind.INCOMPATIBLE);
    assertKind(nowhere(), good, SerdeException.Kind.REGISTRY_DOWN);
    assertThatThrownBy(
            () -> configured(nowhere()).serializer(RunSubmitted.class).serialize("x", run()))
        .isInstanceOfSatisfying(
            SerdeException.class,
            e -> assertThat(e.kind()).isEqualTo(SerdeException.Kind.REGISTRY_DOWN));
  }

  private static void assertKind(String registryUrl, byte[] data, SerdeException.Kind kind) {
    var deserializer = configured(registryUrl).deserializer(RunSubmitted.class);
    assertThatThrownBy(() -> deserializer.deserialize("interop-7", data))
        .isInstanceOfSatisfying(SerdeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  /** An address at which nothing listens. */
  private static String nowhere() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }
}
