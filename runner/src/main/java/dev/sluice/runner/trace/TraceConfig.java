package dev.sluice.runner.trace;

import dev.sluice.schemas.process.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether and where a runner exports traces.
 *
 * @param endpoint base address of an OTLP receiver that takes protobuf over HTTP; null for no
 *     traces
 * @param headers of each request to it; may hold secrets
 * @param ratio the share of epochs that are traced; above 0, at most 1
 * @param content whether spans also carry inputs, outputs, results of steps and messages of errors
 */
public record TraceConfig(
    @Nullable URI endpoint, Map<String, String> headers, double ratio, boolean content) {
  private static final Set<String> SCHEMES = Set.of("http", "https");

  public TraceConfig {
    headers = Map.copyOf(headers);
  }

  /** Reads the settings of docs/settings.md. */
  public static TraceConfig from(Settings read) {
    double ratio = read.positive("traces.ratio", 1.0);
    if (ratio > 1) {
      read.problem("traces.ratio: must be at most 1, got " + ratio);
    }
    return new TraceConfig(
        endpoint(read), headers(read), Math.min(1, ratio), read.bool("traces.content", false));
  }

  private static @Nullable URI endpoint(Settings read) {
    var text = read.text("otlp.endpoint", "");
    if (text.isEmpty()) {
      return null;
    }
    try {
      var address = new URI(text);
      if (address.getHost() != null && SCHEMES.contains(String.valueOf(address.getScheme()))) {
        return address;
      }
    } catch (URISyntaxException e) {
      // told below, with the same words
    }
    read.problem("otlp.endpoint: must be an address such as http://collector:4318, got " + text);
    return null;
  }

  /** A value may be a secret: a problem quotes none. */
  private static Map<String, String> headers(Settings read) {
    var headers = new LinkedHashMap<String, String>();
    for (var header : read.list("otlp.headers", List.of())) {
      int split = header.indexOf('=');
      if (split < 1) {
        read.problem("otlp.headers: must be NAME=VALUE, separated by commas");
      } else {
        headers.put(header.substring(0, split).strip(), header.substring(split + 1).strip());
      }
    }
    return headers;
  }
}
