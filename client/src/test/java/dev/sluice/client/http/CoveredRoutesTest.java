package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.DeadLetterFilter;
import dev.sluice.client.Payload;
import dev.sluice.client.RunFilter;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.Submission;
import dev.sluice.client.Tenant;
import dev.sluice.client.TenantLimits;
import dev.sluice.client.http.FakeGateway.Answer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the description of the HTTP interface has, the client can ask for, or says why not. */
final class CoveredRoutesTest {
  private static final Pattern PATH = Pattern.compile("  (/\\S*):");
  private static final Pattern METHOD = Pattern.compile("    (get|put|post|delete):");

  /** For the orchestrator and the monitoring that run beside a gateway, which know HTTP. */
  private static final Set<String> FOR_MACHINES =
      Set.of("GET /healthz", "GET /readyz", "GET /readyz/submissions", "GET /metrics");

  /** What an operator sets for all gates is set by the command line, and read by an autoscaler. */
  private static final Pattern FOR_OPERATORS =
      Pattern.compile("(GET|PUT|POST|DELETE) /v1/(settings.*|keys.*|agents|pools/\\{}/scaling)");

  /**
   * Answers that do not end are read with a reader of server-sent events; see docs/streaming.md.
   */
  private static final Pattern STREAMS =
      Pattern.compile("GET /v1/tenants/\\{}(/runs/\\{}/(events|output)|/events)");

  private static final Tenant UNUSED =
      new Tenant(
          "p", TenantLimits.NONE, null, null, null, false, 0, 0, 0, 0, null, null, null, false);

  private static Set<String> described() throws Exception {
    var found = new TreeSet<String>();
    var path = "";
    for (var line : Files.readAllLines(Path.of("../docs/http-api/openapi.yaml"))) {
      var isPath = PATH.matcher(line);
      var isMethod = METHOD.matcher(line);
      if (isPath.matches()) {
        path = isPath.group(1).replaceAll("\\{[^}]*}", "{}");
      } else if (isMethod.matches()) {
        found.add(isMethod.group(1).toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    assertThat(found).hasSizeGreaterThan(25);
    return found;
  }

  /** A request's method and path, with {@code p} where a name stands. */
  private static String route(String method, String target) {
    return method + " " + target.replaceAll("\\?.*", "").replaceAll("/p(?=/|$)", "/{}");
  }

  @Test
  void theClientAsksForAllThatIsForServices() throws Exception {
    var covered = new TreeSet<String>();
    try (var gateway = new FakeGateway();
        var client = HttpSluiceClient.connect(gateway.options().trying(Retries.NEVER))) {
      gateway.answering(Answer.of(200, "{}"));
      for (var method : SluiceClient.class.getMethods()) {
        if (!method.getName().equals("close")) {
          call(client, method);
        }
      }
      gateway.asked.forEach(one -> covered.add(route(one.method(), one.target())));
    }
    var left = described();
    left.removeAll(FOR_MACHINES);
    left.removeIf(route -> FOR_OPERATORS.matcher(route).matches());
    left.removeIf(route -> STREAMS.matcher(route).matches());

    assertThat(covered).isEqualTo(left);
  }

  /** With a value of each parameter's type; that the answer says nothing does not matter. */
  private static void call(SluiceClient client, Method method) throws Exception {
    var arguments =
        Arrays.stream(method.getParameterTypes()).map(CoveredRoutesTest::value).toArray();
    try {
      if (method.invoke(client, arguments) instanceof Stream<?> items) {
        assertThat(items).isEmpty();
      }
    } catch (InvocationTargetException nothingInTheAnswer) {
      assertThat(nothingInTheAnswer.getCause()).hasMessageContaining("is missing");
    }
  }

  private static Object value(Class<?> type) {
    var values =
        Map.<Class<?>, Object>of(
            String.class,
            "p",
            Duration.class,
            Duration.ZERO,
            int.class,
            0,
            boolean.class,
            false,
            Payload.class,
            Payload.nothing(),
            RunFilter.class,
            RunFilter.ALL,
            DeadLetterFilter.class,
            DeadLetterFilter.ALL,
            TenantLimits.class,
            TenantLimits.NONE,
            Tenant.class,
            UNUSED,
            Submission.class,
            Submission.of("p", "a").build());
    return Objects.requireNonNull(values.get(type), type.getName());
  }

  @Test
  void programsThatShowAnswersAskForAllButWhatIsForMachines() throws Exception {
    var covered =
        Arrays.stream(ApiRequests.class.getMethods())
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .flatMap(
                method ->
                    method.getName().toLowerCase(Locale.ROOT).endsWith("setting")
                        ? Set.of("pool", "plan", "agent", "value").stream()
                            .map(kind -> request(method, kind + "/p"))
                        : Stream.of(request(method, "p")))
            .map(request -> route(request.method(), request.path()))
            .collect(Collectors.toCollection(TreeSet::new));
    var all = described();
    all.removeAll(FOR_MACHINES);
    all.removeIf(route -> STREAMS.matcher(route).matches());

    assertThat(covered).isEqualTo(all);
  }

  private static ApiRequest request(Method method, String text) {
    var arguments =
        Arrays.stream(method.getParameterTypes())
            .map(
                type ->
                    type == String.class
                        ? text
                        : type == byte[].class
                            ? new byte[0]
                            : type == Map.class ? Map.of() : type == long.class ? 1L : value(type))
            .toArray();
    try {
      return (ApiRequest) method.invoke(null, arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
