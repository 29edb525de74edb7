package dev.sluice.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP, as protobuf over HTTP; field numbers are those of opentelemetry-proto. */
final class OtlpReceiver implements AutoCloseable {
  /**
   * A span.
   *
   * @param links trace and span ids, with a dash
   * @param process attributes of the resource
   */
  record Received(
      String trace,
      String id,
      String parent,
      String name,
      Map<String, Object> attributes,
      List<String> links,
      boolean failed,
      Map<String, Object> process) {}

  private static final long ERROR = 2;

  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All that came, each as often as it came. */
  List<Received> spans() {
    return List.copyOf(spans);
  }

  /** The header of each request. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      var request = new ProtoMessage(exchange.getRequestBody().readAllBytes());
      for (var resource : request.messages(1)) {
        var process = attributes(resource.messages(1).getFirst(), 1);
        for (var scope : resource.messages(2)) {
          scope.messages(2).forEach(span -> spans.add(received(span, process)));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Received received(ProtoMessage span, Map<String, Object> process) {
    return new Received(
        span.hex(1),
        span.hex(2),
        span.hex(4),
        span.text(5),
        attributes(span, 9),
        span.messages(13).stream().map(link -> link.hex(1) + "-" + link.hex(2)).toList(),
        span.messages(15).stream().anyMatch(status -> status.whole(3) == ERROR),
        process);
  }

  private static Map<String, Object> attributes(ProtoMessage of, int number) {
    var attributes = new HashMap<String, Object>();
    for (var pair : of.messages(number)) {
      var value = pair.messages(2).getFirst();
      attributes.put(pair.text(1), value.has(1) ? value.text(1) : (Object) value.whole(3));
    }
    return attributes;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
