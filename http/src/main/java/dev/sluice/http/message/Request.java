package dev.sluice.http.message;

import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A request that matched a route, with its complete body. */
public final class Request {
  private final RequestHead head;
  private final Map<String, String> parameters;
  private final byte[] body;
  private final LongConsumer holding;

  public Request(
      RequestHead head, Map<String, String> parameters, byte[] body, LongConsumer holding) {
    this.head = head;
    this.parameters = parameters;
    this.body = body;
    this.holding = holding;
  }

  /** The method as received: {@code HEAD} is not {@code GET}. */
  public String method() {
    return head.method();
  }

  /** The target as received, with percent-encoding and query. */
  public String pathAndQuery() {
    var target = head.target();
    return target.query().isEmpty() ? target.path() : target.path() + "?" + target.query();
  }

  /** The same without a parameter of the query. */
  public String pathAndQueryWithout(String parameter) {
    var kept =
        Stream.of(head.target().query().split("&", -1))
            .filter(pair -> !pair.equals(parameter) && !pair.startsWith(parameter + "="))
            .collect(Collectors.joining("&"));
    return kept.isEmpty() ? path() : path() + "?" + kept;
  }

  /** The path as received, with percent-encoding, without the query. */
  public String path() {
    return head.target().path();
  }

  /** A part of the path that the route's template names. */
  public String parameter(String name) {
    var value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no parameter " + name);
    }
    return value;
  }

  /** A parameter of the query; null if it is not there. */
  public @Nullable String query(String name) {
    return head.target().parameters().get(name);
  }

  /**
   * A header, by its name in lower case; null if it is not there.
   *
   * @throws Problem 400 if it came more than once
   */
  public @Nullable String header(String name) {
    return head.headers().one(name);
  }

  public byte[] body() {
    return body;
  }

  /**
   * Counts bytes that the handler keeps in memory until it is answered, besides the body.
   *
   * @throws Problem 503 if there is no room for them
   */
  public void hold(long bytes) {
    holding.accept(bytes);
  }
}
