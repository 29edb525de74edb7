package dev.sluice.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.awaitility.Awaitility;

/** Every role as a process, and a run that goes through all of them. */
final class Roles implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);

  /** Where processes run. */
  interface Place {
    Started start(List<String> arguments) throws IOException;

    /** How a process there names a file of the folder. */
    String path(Path file);
  }

  private final Archive archive;
  private final Path folder;
  private final Place place;
  private final Deque<Started> processes = new ArrayDeque<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * What they are.
   *
   * @param archive has the broker, and examples of settings
   * @param folder takes what they are configured with
   */
  Roles(Archive archive, Path folder, Place place) {
    this.archive = archive;
    this.folder = folder;
    this.place = place;
  }

  /** Gives gate, catalog, runner and gateway. */
  List<Started> endARun() throws Exception {
    var data = folder.resolve("broker").toString();
    var broker = add(archive.start(folder, List.of("broker", "--data", data)));
    var addresses = broker.awaitReady();
    start("topics", "create", "--bootstrap", addresses.get(0), "--replicas", "1").awaitEnd();
    var gate = role("gate", addresses, List.of("max.live.runs=1000"));
    var catalog = role("catalog", addresses, List.of());
    var runner = role("runner", addresses, List.of(), "--agents", place.path(agents()));
    var catalogUrl = catalog.awaitReady().getFirst();
    var gateway = role("gateway", addresses, List.of("catalogs=" + catalogUrl, "http.auth=none"));
    var url = gateway.awaitReady().getFirst();
    awaitReadyz(gate.awaitReady().getFirst());
    awaitReadyz(runner.awaitReady().get(1));
    awaitReadyz(url);

    var ended =
        start("submit", "acme", "train", "{\"children\":2}", "--url", url, "--wait", "PT60S")
            .awaitEnd();

    assertThat(ended.replace(" ", "")).contains("\"status\":\"SUCCEEDED\"", "\"output\":3");
    return List.of(gate, catalog, runner, gateway);
  }

  /** An agent that the archive has for trainings; whoever names it gets it. */
  private Path agents() throws IOException {
    var services = folder.resolve("agents/META-INF/services/dev.sluice.sdk.Agent");
    Files.createDirectories(services.getParent());
    Files.writeString(services, "dev.sluice.app.TrainingAgent");
    return folder.resolve("agents");
  }

  /** With the example of its configuration; what this machine has otherwise wins. */
  private Started role(String role, List<String> addresses, List<String> more, String... flags)
      throws IOException {
    var settings = folder.resolve(role + ".properties");
    Files.copy(archive.home().resolve("conf").resolve(role + ".properties"), settings);
    var own =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=" + addresses.get(0),
                "schema.registry.url=" + addresses.get(1),
                "http.port=0"));
    own.addAll(more);
    Files.write(settings, own, StandardOpenOption.APPEND);
    var arguments = new ArrayList<>(List.of(role, "--config", place.path(settings)));
    arguments.addAll(List.of(flags));
    return start(arguments.toArray(String[]::new));
  }

  private Started start(String... arguments) throws IOException {
    return add(place.start(List.of(arguments)));
  }

  private Started add(Started started) {
    processes.push(started);
    return started;
  }

  private void awaitReadyz(String url) {
    var request = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
    Awaitility.await()
        .atMost(BOUND)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  @Override
  public void close() {
    while (!processes.isEmpty()) {
      processes.pop().close();
    }
  }
}
