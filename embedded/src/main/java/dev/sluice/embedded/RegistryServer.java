package dev.sluice.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry endpoint on the loopback interface: the part of the Confluent REST protocol
 * that Avro clients use. Backward compatibility is checked unless configured otherwise.
 */
public final class RegistryServer implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int BACKLOG = 64;

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
    try {
      var api = new RegistryApi(new SchemaStore(dataFile));
      var http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", exchange -> serve(api, exchange));
      http.start();
      return new RegistryServer(http);
    } catch (IOException e) {
      throw new UncheckedIOException("the registry cannot serve on port " + port, e);
    }
  }

  private static void serve(RegistryApi api, HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var path = exchange.getRequestURI().getRawPath();
      var answer = api.answer(exchange.getRequestMethod(), path, body);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Where clients find it. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
