package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.http.RawCaller;
import dev.sluice.local.stack.Child;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway's process with the heap that the local stack gives it, and callers who want more. */
final class SmallGatewayIT {
  private static final int HEAP_MB = 256;
  private static final int HALF_SENT = 10_000;

  /** What a JVM takes beside a heap of this size: code, classes, threads, buffers. */
  private static final long BESIDE_HEAP_KB = 300_000;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String HEAD = "POST /v1/tenants/t/runs HTTP/1.1\r\nHost: localhost\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";

  private final TestCluster cluster = new TestCluster();
  private final Child gateway = start();
  private final URI address = URI.create(gateway.awaitReady());
  private final HttpCaller others = new HttpCaller(address.toString());

  private Child start() {
    var arguments =
        List.of(
            "gateway",
            "--bootstrap",
            String.valueOf(cluster.client().get("bootstrap.servers")),
            "--registry",
            cluster.registry().toString(),
            "--set",
            "topic.prefix=" + cluster.prefix,
            "--set",
            "http.port=0",
            "--set",
            "http.auth=none",
            "--set",
            "catalogs=http://127.0.0.1:1");
    return Child.start("gateway", HEAP_MB, cluster.dir.resolve("gateway.log"), arguments);
  }

  @AfterEach
  void stop() {
    gateway.kill();
    cluster.close();
  }

  @Test
  void tenThousandHalfSentHeadersHoldNobodyUp() throws Exception {
    assertOthersGoOn();
    var callers = new ArrayList<RawCaller>();
    try {
      for (int i = 0; i < halfSent(); i++) {
        callers.add(new RawCaller(address).send(HEAD + "X-Half: " + i));
        if (i % 500 == 0) {
          assertOthersGoOn();
        }
      }
      for (int i = 0; i < 20; i++) {
        assertOthersGoOn();
      }
      assertLivesWithinBounds();
    } finally {
      for (var caller : callers) {
        caller.close();
      }
    }
  }

  /** As many as this process may have open. */
  private static int halfSent() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return (int) Math.min(HALF_SENT, system.getMaxFileDescriptorCount() / 2);
  }

  @Test
  void fourBodiesOfManySmallThingsAreRefusedOneByOne() throws Exception {
    assertOthersGoOn();
    var many = "{\"agent\":\"echo\",\"input\":[" + "{},".repeat(1_390_000) + "1]}";
    var request = HEAD + JSON + "Content-Length: " + many.length() + "\r\n\r\n" + many;
    var statuses = new ConcurrentLinkedQueue<Integer>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(() -> statuses.add(status(request))));
    }
    do {
      assertOthersGoOn();
    } while (threads.stream().anyMatch(Thread::isAlive));

    assertThat(statuses).hasSize(4).isSubsetOf(400, 413, 503);
    assertLivesWithinBounds();
  }

  private int status(String request) {
    try (var caller = new RawCaller(address)) {
      return caller.send(request).read().status();
    } catch (IOException e) {
      return -1;
    }
  }

  private void assertOthersGoOn() throws Exception {
    long from = System.nanoTime();
    assertThat(others.post("/v1/tenants/good/runs", "{\"agent\":\"echo\"}").status())
        .isEqualTo(202);
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(PATIENCE);
  }

  private void assertLivesWithinBounds() throws IOException {
    assertThat(gateway.isAlive()).isTrue();
    var status = Files.readString(Path.of("/proc/" + gateway.pid() + "/status"));
    var peak =
        status.substring(
            status.indexOf("VmHWM:") + 6, status.indexOf("kB", status.indexOf("VmHWM:")));
    assertThat(Long.parseLong(peak.strip()))
        .as("resident at most, in kB")
        .isLessThan(HEAP_MB * 1024L + BESIDE_HEAP_KB);
  }
}
