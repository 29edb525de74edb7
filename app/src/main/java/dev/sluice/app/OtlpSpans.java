package dev.sluice.app;

import dev.sluice.runner.SpanExport;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports spans by OTLP: protobuf over HTTP, in batches, by a thread of its own. What is too much
 * for its queue is dropped: no run waits for it. Libraries of agents that know OpenTelemetry find
 * it as the global one.
 */
public final class OtlpSpans implements SpanExport {
  private static final Logger LOG = LoggerFactory.getLogger(OtlpSpans.class);
  private static final String PATH = "/v1/traces";
  private static final Duration BATCH_EVERY = Duration.ofSeconds(1);
  private static final Duration REQUEST_WITHIN = Duration.ofSeconds(5);
  private static final int QUEUE = 8_192;
  private static final int MOST_CHARS = 8_192;
  private static final int CLOSE_WITHIN_SECONDS = 3;

  @Override
  public Opened open(URI endpoint, Map<String, String> headers, double ratio) {
    var base = endpoint.toString().replaceAll("/+$", "");
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(base + PATH)
            .setHeaders(() -> headers)
            .setConnectTimeout(REQUEST_WITHIN)
            .setTimeout(REQUEST_WITHIN)
            .build();
    var spans =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(Resource.create(process())))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(MOST_CHARS).build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setScheduleDelay(BATCH_EVERY)
                    .setExporterTimeout(REQUEST_WITHIN)
                    .setMaxQueueSize(QUEUE)
                    .build())
            .build();
    var telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(spans)
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    publish(telemetry);
    return new Opened(
        telemetry, () -> spans.shutdown().join(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS));
  }

  private static void publish(OpenTelemetrySdk telemetry) {
    try {
      GlobalOpenTelemetry.set(telemetry);
    } catch (IllegalStateException e) {
      LOG.warn("Another OpenTelemetry is this process's global one; libraries of agents use that");
    }
  }

  private static Attributes process() {
    var version = OtlpSpans.class.getPackage().getImplementationVersion();
    return Attributes.builder()
        .put("service.name", "sluice-runner")
        .put("service.version", Objects.requireNonNullElse(version, "(not packaged)"))
        .build();
  }
}
