package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a script is told of a command that the gate has carried out, refused or not answered. */
final class ExitCodesTest {
  @ParameterizedTest
  @CsvSource({"CANCEL, 0", "REFUSE, 1", "NONE, 3"})
  void cancelTellsWhatTheGateDecided(String decision, int expected) throws Exception {
    try (var gateway = gateway(decision)) {
      assertThat(execute(new CancelCommand(), gateway, "acme", "run")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"SIGNAL, 0", "REFUSE, 1", "NONE, 3"})
  void signalTellsWhatTheGateDecided(String decision, int expected) throws Exception {
    try (var gateway = gateway(decision)) {
      assertThat(execute(new SignalCommand(), gateway, "acme", "run", "go")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"REDRIVE, 0", "REFUSE, 1", "NONE, 3"})
  void redriveTellsWhatTheGateDecided(String decision, int expected) throws Exception {
    try (var gateway = gateway(decision)) {
      var command = new DeadLettersCommand.Redrive();
      assertThat(execute(command, gateway, "acme", "run")).isEqualTo(expected);
    }
  }

  private static int execute(Callable<Integer> command, HttpServer gateway, String... arguments) {
    var line = new CommandLine(command);
    var all = new String[arguments.length + 1];
    all[0] = "--url=http://127.0.0.1:" + gateway.port();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return line.execute(all);
  }

  /** Takes every command; the gate's answer to it is always the same, or none in time. */
  private static HttpServer gateway(String decision) {
    var routes =
        List.of(
            Route.post("/v1/tenants/{tenant}/runs/{run}/cancel", 1_000, request -> taken()),
            Route.post("/v1/tenants/{tenant}/runs/{run}/signals/{name}", 1_000, request -> taken()),
            Route.post("/v1/dead-letters/{tenant}/{run}/redrive", 1_000, request -> taken()),
            Route.get("/v1/tenants/{tenant}/commands", request -> decided(decision))
                .asking("id", "wait"));
    var config = HttpConfig.loopback("test", 0);
    return HttpServer.start(config, routes, status -> {}, Duration.ofSeconds(1));
  }

  private static Answer taken() {
    return Answer.json(202, "{\"command_id\":\"c\"}");
  }

  private static Answer decided(String decision) {
    if (decision.equals("NONE")) {
      throw Problem.unavailable("nobody has decided yet");
    }
    return Answer.json(200, "{\"decision\":\"" + decision + "\",\"reason\":\"test\"}");
  }
}
