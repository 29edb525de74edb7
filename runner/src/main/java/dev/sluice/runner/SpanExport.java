package dev.sluice.runner;

import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.util.Map;

/**
 * Exports the spans of a process that is one runner. Found by {@link java.util.ServiceLoader}, so
 * that applications that embed a runner need neither OpenTelemetry's SDK nor an exporter.
 */
public interface SpanExport {
  /**
   * What was opened.
   *
   * @param close exports what is left, within seconds
   */
  record Opened(OpenTelemetry telemetry, Runnable close) {}

  /**
   * Begins to export; a receiver that cannot be reached is no failure, then or later.
   *
   * @param endpoint base address of an OTLP receiver that takes protobuf over HTTP
   * @param headers of each request
   * @param ratio the share of traces to export; above 0, at most 1
   */
  Opened open(URI endpoint, Map<String, String> headers, double ratio);
}
