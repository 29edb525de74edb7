package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Whoever reads a list on the command line can read all of it, however long it is. */
final class PagesTest {
  private static final int ITEMS = 2_500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> parents = new CopyOnWriteArrayList<>();
  private final List<Request> asked = new CopyOnWriteArrayList<>();
  private volatile int failsFrom = ITEMS;
  private final HttpServer server =
      HttpServer.start(
          HttpConfig.loopback("pages", 0),
          Stream.of(
                  "/v1/tenants",
                  "/v1/tenants/{tenant}/runs",
                  "/v1/tenants/{tenant}/runs/{run}/journal",
                  "/v1/dead-letters")
              .map(template -> Route.get(template, this::page).askingAnything())
              .toList(),
          status -> {},
          Duration.ZERO);

  /** Items from a cursor on, as every list of the interface has them. */
  private Answer page(Request request) {
    var limit = request.query("limit");
    var after = request.query("after");
    int from = after == null ? 0 : Integer.parseInt(after);
    asked.add(request);
    if (from >= failsFrom) {
      throw Problem.unavailable("not now");
    }
    int upTo = Math.min(ITEMS, from + (limit == null ? 100 : Integer.parseInt(limit)));
    if (request.query("parent") != null) {
      parents.add(request.query("parent"));
    }
    var json = JSON.createObjectNode();
    IntStream.range(from, upTo).forEach(json.withArray("items")::add);
    json.put("next", upTo < ITEMS ? Integer.toString(upTo) : null);
    return Answer.json(200, json.toString());
  }

  @AfterEach
  void close() {
    server.close();
  }

  static Stream<Arguments> lists() {
    return Stream.of(
        list(GetCommand::new, "t r --journal"),
        list(GetCommand::new, "t r --journal --limit 700"),
        list(GetCommand::new, "t r --children"),
        list(ListCommand::new, "t"),
        list(TenantsCommand::new, ""),
        list(DeadLettersCommand.ListThem::new, "--limit 1000"));
  }

  private static Arguments list(Supplier<ClientCommand> command, String line) {
    return Arguments.of(command, line);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("lists")
  void everyListHasAWayOn(Supplier<ClientCommand> command, String line) throws Exception {
    var read = new ArrayList<Integer>();
    String next = null;
    do {
      var more = next == null ? line : line + " --after " + next;
      var page = JSON.readTree(out(command.get(), more));
      page.path("items").forEach(item -> read.add(item.intValue()));
      next = page.path("next").textValue();
    } while (next != null);

    assertThat(read).isEqualTo(IntStream.range(0, ITEMS).boxed().toList());
    assertThat(parents).allMatch("r"::equals);
    assertThat(parents.isEmpty()).isEqualTo(!line.contains("--children"));
  }

  @ParameterizedTest(name = "{1} --all")
  @MethodSource("lists")
  void everyListCanBePrintedToItsEndAsOnePage(Supplier<ClientCommand> command, String line)
      throws Exception {
    var page = JSON.readTree(out(command.get(), line + " --all"));

    assertThat(numbers(page)).isEqualTo(IntStream.range(0, ITEMS).boxed().toList());
    assertThat(page.path("next").isNull()).isTrue();
    assertThat(page.properties()).hasSize(2);
  }

  @Test
  void whatWasPrintedBeforeAPageFailedSaysWhereToGoOn() throws Exception {
    failsFrom = 2_000;
    var line = "t r --journal --all --limit 500";

    var page = JSON.readTree(out(new GetCommand(), line, CommandLine.ExitCode.SOFTWARE));
    failsFrom = ITEMS;
    var rest =
        JSON.readTree(out(new GetCommand(), line + " --after " + page.path("next").asText()));

    assertThat(numbers(page)).isEqualTo(IntStream.range(0, 2_000).boxed().toList());
    assertThat(numbers(rest)).isEqualTo(IntStream.range(2_000, ITEMS).boxed().toList());
  }

  private static List<Integer> numbers(JsonNode page) {
    var numbers = new ArrayList<Integer>();
    page.path("items").forEach(item -> numbers.add(item.intValue()));
    return numbers;
  }

  @Test
  void valuesAreAskedForOnEveryPageOfAJournal() throws Exception {
    out(new GetCommand(), "t r --journal --values --all");
    assertThat(asked).hasSize(3).allMatch(request -> "true".equals(request.query("values")));

    asked.clear();
    out(new GetCommand(), "t r --journal");
    assertThat(asked).hasSize(1).allMatch(request -> request.query("values") == null);
    assertThat(exit(new GetCommand(), "t r --values")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  void aPageOfWhatIsNoListIsRefused() {
    assertThat(exit(new GetCommand(), "t r --all")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(exit(new GetCommand(), "t r --limit 5")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(exit(new TenantsCommand(), "t --after x")).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  private int exit(ClientCommand command, String line) {
    var words = new ArrayList<>(Arrays.asList(line.strip().split(" +")));
    words.removeIf(String::isEmpty);
    words.addAll(List.of("--url", "http://127.0.0.1:" + server.port()));
    return new CommandLine(command).execute(words.toArray(String[]::new));
  }

  private String out(ClientCommand command, String line) {
    return out(command, line, CommandLine.ExitCode.OK);
  }

  private String out(ClientCommand command, String line, int expected) {
    var before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(exit(command, line)).isEqualTo(expected);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
