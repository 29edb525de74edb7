package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.gateway.cli.DeadLettersCommand;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** How {@code dead-letters redrive --all} ends, by what the gate decides. */
@SuppressWarnings("NullAway.Init") // set before each test
final class RedriveAllTest {
  private HttpServer gateway;
  private String second = "";

  @BeforeEach
  void start() throws Exception {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(
        "/v1/dead-letters/redrive",
        202,
        "{\"requested\":2,\"redrives\":[{\"tenant\":\"t\",\"run_id\":\"a\",\"command_id\":\"1\"},"
            + "{\"tenant\":\"t\",\"run_id\":\"b\",\"command_id\":\"2\"}]}");
    gateway.createContext(
        "/v1/tenants/t/commands",
        exchange -> {
          boolean isFirst = exchange.getRequestURI().getQuery().contains("id=1");
          var decision = isFirst ? "REDRIVE" : second;
          byte[] body =
              "{\"decision\":\"%s\",\"reason\":\"so\"}"
                  .formatted(decision)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(decision.isEmpty() ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    gateway.start();
  }

  private void answer(String path, int status, String text) {
    gateway.createContext(
        path,
        exchange -> {
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private int redriveAll() {
    var url = "http://127.0.0.1:" + gateway.getAddress().getPort();
    return new CommandLine(new DeadLettersCommand()).execute("redrive", "--all", "--url", url);
  }

  @Test
  void endsWell() {
    second = "REDRIVE";
    assertThat(redriveAll()).isZero();
  }

  @Test
  void oneThatIsRefusedIsAFailure() {
    second = "REFUSE";
    assertThat(redriveAll()).isEqualTo(1);
  }

  @Test
  void oneThatNothingIsKnownOfIsNoSuccess() {
    assertThat(redriveAll()).isEqualTo(3);
  }
}
