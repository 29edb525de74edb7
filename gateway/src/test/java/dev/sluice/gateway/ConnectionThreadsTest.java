package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.webserver.WebServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ConnectionThreadsTest {
  private static final int MOST = 2;
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final ConnectionThreads threads = new ConnectionThreads(MOST);
  private final WebServer server =
      WebServer.builder()
          .host("127.0.0.1")
          .port(0)
          .shutdownHook(false)
          .addConnectionSelector(threads)
          .routing(
              routing ->
                  routing
                      .get("/thread", (request, response) -> response.send(threadName()))
                      .get(
                          "/broken",
                          (request, response) -> {
                            throw new IllegalStateException("broken by the test");
                          }))
          .build()
          .start();
  private final List<Connection> open = new ArrayList<>();

  private static String threadName() {
    return Thread.currentThread().isVirtual() ? "virtual" : "platform";
  }

  @AfterEach
  void stop() throws IOException {
    for (var connection : open) {
      connection.close();
    }
    server.stop();
    threads.close();
  }

  private Connection connect() throws IOException {
    var connection = new Connection(server.port());
    open.add(connection);
    return connection;
  }

  @Test
  void theFirstConnectionsHavePlatformThreadsAndTheOthersAreServedToo() throws IOException {
    assertThat(connect().get("/thread")).isEqualTo("platform");
    assertThat(connect().get("/thread")).isEqualTo("platform");
    var third = connect();
    assertThat(third.get("/thread")).isEqualTo("virtual");

    open.removeFirst().close();

    await().atMost(BOUND).until(() -> connect().get("/thread").equals("platform"));
    assertThat(third.get("/thread")).as("keeps its thread").isEqualTo("virtual");
  }

  @Test
  void aRequestThatFailsDoesNotKeepItsThread() throws IOException {
    for (int i = 0; i < 3 * MOST; i++) {
      try (var connection = new Connection(server.port())) {
        assertThat(connection.status("/broken")).isEqualTo(500);
      }
    }

    await().atMost(BOUND).until(() -> connect().get("/thread").equals("platform"));
  }

  @Test
  @Timeout(30)
  void stopsWhileConnectionsAreIdle() throws IOException {
    assertThat(connect().get("/thread")).isEqualTo("platform");

    server.stop();

    assertThat(server.isRunning()).isFalse();
  }

  /** A connection of HTTP/1.1 that is kept. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    private Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private String get(String path) throws IOException {
      assertThat(status(path)).isEqualTo(200);
      int length = 0;
      for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(line.substring(15).trim());
        }
      }
      char[] body = new char[length];
      for (int read = 0; read < length; ) {
        read += in.read(body, read, length - read);
      }
      return new String(body);
    }

    private int status(String path) throws IOException {
      var request = "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var line = in.readLine();
      return line == null ? -1 : Integer.parseInt(line.substring(9, 12));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
