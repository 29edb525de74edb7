package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.RawCaller;
import dev.sluice.http.RequestFuzzer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Callers who know the protocol and do not keep to it, at every port that we open. */
final class HostileCallersIT {
  private static final int REQUESTS = Integer.getInteger("http.fuzz", 2_000);
  private static final String JSON = "Content-Type: application/json\r\n";

  private static HttpBed bed;
  private static URI gateway;

  @BeforeAll
  static void start() {
    bed = new HttpBed();
    gateway = URI.create(bed.gateway.address());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static Map<String, URI> ports() {
    var ports = new LinkedHashMap<String, URI>();
    ports.put("gateway", gateway);
    ports.put("catalog", URI.create(bed.catalog.address()));
    ports.put("gate", URI.create(bed.gate.probes()));
    ports.put("runner", URI.create(bed.runner.address().split(" ", -1)[1]));
    ports.put("registry", bed.cluster.registry());
    return ports;
  }

  private static List<String> paths(String port) {
    var paths = new ArrayList<>(List.of("/healthz", "/readyz", "/metrics", "/nothing/{x}"));
    switch (port) {
      case "gateway" ->
          paths.addAll(
              List.of(
                  "/v1/tenants/{t}/runs",
                  "/v1/tenants/{t}/runs",
                  "/v1/tenants/{t}/runs",
                  "/v1/tenants/{t}/runs/{r}/cancel",
                  "/v1/tenants/{t}/runs/{r}/signals/{s}",
                  "/v1/dead-letters/redrive",
                  "/v1/dead-letters/{t}/{r}/redrive",
                  "/readyz/submissions"));
      case "registry" ->
          paths.addAll(
              List.of(
                  "/",
                  "/subjects",
                  "/subjects/{s}",
                  "/subjects/{s}/versions",
                  "/subjects/{s}/versions/{v}",
                  "/schemas/ids/{i}",
                  "/config/{s}",
                  "/compatibility/subjects/{s}/versions/{v}"));
      default -> {}
    }
    if (port.equals("gateway") || port.equals("catalog")) {
      paths.addAll(
          List.of(
              "/v1/tenants",
              "/v1/tenants/{t}",
              "/v1/tenants/{t}/runs",
              "/v1/tenants/{t}/runs/{r}",
              "/v1/tenants/{t}/runs/{r}/journal",
              "/v1/dead-letters"));
    }
    return paths;
  }

  @Test
  void everyRequestAtEveryPortIsAnsweredAndNoneWithAFailure() throws Exception {
    var faults = new LinkedHashMap<String, List<RequestFuzzer.Fault>>();
    for (var port : ports().entrySet()) {
      long seed = port.getKey().hashCode();
      int count = port.getKey().equals("gateway") ? REQUESTS : REQUESTS / 4;
      var found = new RequestFuzzer(port.getValue(), paths(port.getKey()), seed).run(count);
      if (!found.isEmpty()) {
        faults.put(port.getKey(), found);
      }
      assertHealthy(port.getValue());
    }
    assertThat(faults).isEmpty();
    assertOthersGoOn();
  }

  private static void assertHealthy(URI port) throws IOException {
    var path = port.equals(bed.cluster.registry()) ? "/subjects" : "/healthz";
    var reply = RawCaller.ask(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(reply.status()).isEqualTo(200);
  }

  private static void assertOthersGoOn() throws Exception {
    assertThat(bed.http.post("/v1/tenants/good/runs", "{\"agent\":\"echo\"}").status())
        .isEqualTo(202);
  }

  @Test
  void pagesInABrowserCanUseNoPort() throws Exception {
    for (var port : ports().entrySet()) {
      boolean onlyProbes = List.of("gate", "runner").contains(port.getKey());
      var path = port.getKey().equals("registry") ? "/subjects" : "/v1/tenants";
      var rebound = "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n";
      assertThat(RawCaller.ask(port.getValue(), rebound).status())
          .as(port.getKey())
          .isEqualTo(onlyProbes ? 404 : 403);
    }
    var foreign = "Host: localhost\r\nOrigin: https://evil.example\r\n" + JSON;
    assertThat(submit(foreign).status()).isEqualTo(403);
    assertThat(submit("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n" + JSON).status())
        .isEqualTo(403);
    for (var type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/x")) {
      var refused = submit("Host: localhost\r\nContent-Type: " + type + "\r\n");
      assertThat(refused.status()).as(type).isEqualTo(415);
      assertThat(refused.body()).contains("--json");
    }
    assertThat(submit("Host: localhost\r\n").status()).isEqualTo(415);
    var cancel = "POST /v1/tenants/t/runs/r/cancel HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertThat(RawCaller.ask(gateway, cancel).status()).isEqualTo(415);
    var schema =
        "POST /subjects/s/versions HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain";
    assertThat(RawCaller.ask(bed.cluster.registry(), schema + "\r\n\r\n").status()).isEqualTo(415);
  }

  private static RawCaller.Reply submit(String headers) throws IOException {
    var body = "{\"agent\":\"echo\"}";
    return RawCaller.ask(
        gateway,
        "POST /v1/tenants/t/runs HTTP/1.1\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  @Test
  void refusesKeysThatAreNotVisibleAscii() throws Exception {
    for (var key : List.of("\u00ff\u00fe", "\u00c3\u00a4", "a\u0001", " ", "k".repeat(257))) {
      var refused = submit("Host: localhost\r\n" + JSON + "Idempotency-Key: " + key + "\r\n");
      assertThat(refused.status()).as(key).isEqualTo(400);
      assertThat(refused.isProblem()).isTrue();
    }
  }

  @Test
  void namesThatNoSubmissionMayUseAre400Everywhere() throws Exception {
    var long513 = "r".repeat(513);
    for (var path :
        List.of(
            "/v1/tenants/a%20b",
            "/v1/tenants/a~b",
            "/v1/tenants/%F0%9F%98%80/runs",
            "/v1/tenants/" + "t".repeat(129),
            "/v1/tenants/t/runs/a%20b",
            "/v1/tenants/t/runs/" + long513,
            "/v1/tenants/t/runs/a%2Fb/journal",
            "/v1/tenants/t/runs/..",
            "/v1/tenants/t/runs?label=a|b",
            "/v1/tenants/t/runs?nope=1",
            "/v1/tenants?status=DEAD",
            "/v1/tenants/t/runs/r/journal?all=perhaps")) {
      var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      for (var port : List.of(gateway, URI.create(bed.catalog.address()))) {
        var refused = RawCaller.ask(port, request);
        assertThat(refused.status()).as(path).isEqualTo(400);
        assertThat(refused.isProblem()).as(path).isTrue();
      }
    }
  }

  @Test
  void fourBodiesOfManySmallThingsAtOnceHurtNobody() throws Exception {
    var many = "{\"agent\":\"echo\",\"input\":[" + "{},".repeat(1_390_000) + "1]}";
    var head = "POST /v1/tenants/t/runs HTTP/1.1\r\nHost: localhost\r\n" + JSON;
    var request = head + "Content-Length: " + many.length() + "\r\n\r\n" + many;
    var statuses = new ArrayList<Integer>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (var caller = new RawCaller(gateway)) {
                      int status = caller.send(request).read().status();
                      synchronized (statuses) {
                        statuses.add(status);
                      }
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  }));
    }
    do {
      assertOthersGoOn();
    } while (threads.stream().anyMatch(Thread::isAlive));
    assertThat(statuses).hasSize(4).allMatch(status -> status == 400 || status == 503);
  }
}
