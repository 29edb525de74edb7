package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.http.RawCaller;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes whose settings hold secrets: none is told by an endpoint, a log or an error. */
final class SecretsIT {
  /** Every planted secret has it. */
  private static final String NOWHERE = "http://127.0.0.1:1";

  private static final String SECRET = "Tr0ub4dor";

  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required"
          + " username=\"me\" password=\""
          + SECRET
          + "\";";
  private static final Map<String, String> OF_ALL =
      Map.of(
          "kafka.sasl.jaas.config",
          LOGIN,
          "kafka.ssl.keystore.password",
          SECRET,
          "kafka.ssl.key.password",
          SECRET,
          "kafka.ssl.truststore.password",
          SECRET,
          "kafka.ssl.keystore.key",
          "-----BEGIN PRIVATE KEY----- " + SECRET,
          "kafka.sasl.oauthbearer.token.endpoint.url",
          "https://me:" + SECRET + "@sso.example/t",
          "serde.basic.auth.user.info",
          "me:" + SECRET);

  private final TestCluster cluster = new TestCluster();
  private @TempDir Path dir;

  @AfterEach
  void stop() {
    cluster.close();
  }

  private String registry(int port) {
    return "http://me:" + SECRET + "@127.0.0.1:" + port;
  }

  private List<String> flags(String registry, Map<String, String> more) {
    var settings = cluster.settings(OF_ALL);
    settings.remove("lease.ttl.ms");
    settings.put("schema.registry.url", registry);
    settings.put("http.port", "0");
    settings.putAll(more);
    var flags = new ArrayList<String>();
    settings.forEach((key, value) -> flags.addAll(List.of("--set", key + "=" + value)));
    return flags;
  }

  private static String[] command(String role, List<String> flags) {
    var all = new ArrayList<>(List.of(role));
    all.addAll(flags);
    return all.toArray(String[]::new);
  }

  @Test
  void noEndpointAndNoLogTellsOne() throws Exception {
    var registry = RegistryServer.start(0, null);
    try (var catalog = start("catalog", registry, Map.of());
        var gateway = start("gateway", registry, Map.of("catalogs", NOWHERE, "http.auth", "none"));
        var gate = start("gate", registry, Map.of());
        var runner = start("runner", registry, Map.of("data.dir", dir.resolve("w").toString()))) {
      var addresses = new LinkedHashMap<String, URI>();
      var processes =
          Map.of("catalog", catalog, "gateway", gateway, "gate", gate, "runner", runner);
      for (var process : processes.entrySet()) {
        var line = readyLine(process.getKey(), process.getValue());
        assertThat(line).doesNotContain(SECRET);
        addresses.put(process.getKey(), address(line));
      }
      var front = Objects.requireNonNull(addresses.get("gateway"));
      registry.close();
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> ask(front, "GET", "/readyz").status() == 503);
      for (var address : addresses.entrySet()) {
        for (var path :
            List.of(
                "/",
                "/healthz",
                "/readyz",
                "/readyz/submissions",
                "/metrics",
                "/v1/tenants",
                "/v1/tenants/t/runs/r",
                "/v1/dead-letters")) {
          var reply = ask(address.getValue(), "GET", path);
          assertThat(reply.status()).isPositive();
          assertThat(reply.toString()).as(address.getKey() + path).doesNotContain(SECRET);
        }
      }
      var submitted = ask(front, "POST", "/v1/tenants/t/runs");
      assertThat(submitted.toString()).doesNotContain(SECRET);
    }
    try (var logs = Files.list(dir)) {
      for (var log : logs.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(log)).as(log.toString()).doesNotContain(SECRET);
      }
    }
  }

  private ChildJvm start(String role, RegistryServer registry, Map<String, String> more)
      throws Exception {
    var settings = new LinkedHashMap<>(more);
    if (role.equals("gate") || role.equals("catalog")) {
      settings.put("state.dir", dir.resolve(role).toString());
    }
    if (role.equals("gate")) {
      settings.put("max.live.runs", "20000"); // what its small heap can hold
    }
    var flags = flags(registry(registry.url().getPort()), settings);
    return ChildJvm.start(Main.class, dir.resolve(role + ".log"), command(role, flags));
  }

  private String readyLine(String role, ChildJvm process) throws IOException {
    try {
      return process.awaitLine("ready ");
    } catch (IllegalStateException ended) {
      throw new IllegalStateException(Files.readString(dir.resolve(role + ".log")), ended);
    }
  }

  private static URI address(String ready) {
    for (var word : ready.split(" ", -1)) {
      int at = word.indexOf("http://");
      if (at >= 0) {
        return URI.create(word.substring(at));
      }
    }
    throw new IllegalStateException("no address in " + ready);
  }

  private static RawCaller.Reply ask(URI address, String method, String path) throws Exception {
    var body = method.equals("POST") ? "{\"agent\":\"echo\"}" : "";
    return RawCaller.ask(
        address,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, body.length(), body));
  }

  @Test
  void noErrorAtTheStartTellsOne() throws Exception {
    var wrong =
        List.of(
            Map.of("schema.registry.url", "http://me:" + SECRET + " x@127.0.0.1:1"),
            Map.of("schema.registry.url", "me:" + SECRET),
            Map.of("schema.registry.url", registry(1)),
            Map.of("bootstrap.servers", "me:" + SECRET + "@127.0.0.1"),
            Map.of("kafka.password", SECRET, "threads", "password=" + SECRET),
            Map.of("kafka.security.protocol", "SASL_PLAINTEXT", "kafka.sasl.mechanism", "PLAIN"),
            Map.of(
                "kafka.security.protocol",
                "SASL_PLAINTEXT",
                "kafka.sasl.jaas.config",
                LOGIN.replace(" required", "")),
            Map.of("kafka.security.protocol", "SSL", "kafka.ssl.keystore.type", "PEM"),
            Map.of("http.hosts", "me:" + SECRET + "@host"));
    for (var more : wrong) {
      var settings = new LinkedHashMap<>(more);
      settings.put("state.dir", dir.resolve("s").toString());
      assertTellsNone("gate", flags(registry(1), settings));
    }
    var cut = flags(registry(1), Map.of("state.dir", dir.resolve("s").toString()));
    cut.addAll(List.of("--set", "kafka.ssl.key.password:" + SECRET));
    assertTellsNone("gate", cut);
    var catalogs = Map.of("catalogs", "http://me:" + SECRET + "@127.0.0.1:1");
    assertTellsNone("gateway", flags(registry(1), catalogs));
  }

  private void assertTellsNone(String role, List<String> flags) throws Exception {
    var said = said(command(role, flags));
    assertThat(said).as(flags.toString()).isNotBlank().doesNotContain(SECRET);
  }

  /** All that a process says that cannot start. */
  private String said(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    var told = Files.createTempFile(dir, "told", ".log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var process = builder.redirectOutput(told.toFile()).start();
    try {
      // Some wait for their environment; those have said why not then.
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> !process.isAlive() || Files.readString(told).contains("failed"));
    } finally {
      process.destroyForcibly().waitFor();
    }
    return Files.readString(told);
  }
}
