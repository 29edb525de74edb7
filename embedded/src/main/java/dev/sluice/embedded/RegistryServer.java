package dev.sluice.embedded;

import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry endpoint on the loopback interface: the part of the Confluent REST protocol
 * that Avro clients use. Backward compatibility is checked unless configured otherwise.
 */
public final class RegistryServer implements AutoCloseable {
  private final HttpServer http;

  private RegistryServer(HttpServer http) {
    this.http = http;
  }

  /**
   * Starts to serve.
   *
   * @param port 0 lets the system choose
   * @param dataFile where schemas are kept; null keeps them in memory
   * @throws UncheckedIOException if the port is taken or the file cannot be read
   */
  public static RegistryServer start(int port, @Nullable Path dataFile) {
    var api = new RegistryApi(new SchemaStore(dataFile));
    var config = HttpConfig.loopback("registry", port);
    return new RegistryServer(
        HttpServer.start(config, api.routes(), status -> {}, Duration.ofSeconds(1)));
  }

  /** Where clients find it. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + http.port());
  }

  /** Returns when it cannot go on. */
  public void awaitFailure() throws InterruptedException {
    http.awaitFailure();
  }

  @Override
  public void close() {
    http.close();
  }
}
