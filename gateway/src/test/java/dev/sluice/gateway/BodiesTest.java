package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.http.message.Problem;
import dev.sluice.v1.RunSubmitted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One id, two bodies, and catalogs that know of it, do not, or cannot be asked. */
final class BodiesTest {
  private HttpServer catalog;
  private Catalogs catalogs;
  private Bodies bodies;
  private int status = 404;
  private int runs;

  @BeforeEach
  void start() throws IOException {
    catalog = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    catalog.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    catalog.start();
    var address = URI.create("http://127.0.0.1:" + catalog.getAddress().getPort());
    catalogs = new Catalogs(List.of(address), "", Duration.ofSeconds(20));
    bodies = new Bodies(catalogs);
  }

  @AfterEach
  void stop() {
    catalogs.close();
    catalog.stop(0);
  }

  private static RunSubmitted run(String id, String body) {
    return RunSubmitted.newBuilder()
        .setTenant("acme")
        .setRunId(id)
        .setAgent("a")
        .setBodyHash(body.repeat(64))
        .build();
  }

  /** Asks for an id, and then for the same with another body. */
  private boolean isOtherRefused() throws InterruptedException {
    var id = "r" + runs++;
    bodies.look(run(id, "1")).check();
    try {
      bodies.look(run(id, "2")).check();
      return false;
    } catch (Problem refused) {
      assertThat(refused.status()).isEqualTo(422);
      return true;
    }
  }

  @Test
  void anotherBodyIsRefusedIfNobodyHadTheIdBefore() throws InterruptedException {
    assertThat(isOtherRefused()).isTrue();
  }

  /** Who came first through this gateway need not have been the first. */
  @Test
  void nobodyIsRefusedForAnIdOfWhichNoCatalogCouldBeAsked() {
    status = 503;

    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isOtherRefused());
  }
}
