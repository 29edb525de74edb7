package dev.sluice.runner;

import dev.sluice.runner.health.WorkerMeasures;
import dev.sluice.runner.trace.TraceConfig;
import dev.sluice.runner.trace.Traces;
import dev.sluice.schemas.process.SettingsException;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker finds around it: a process of its own, or somebody else's.
 *
 * @param halt is run for a body that does not stop when its lease may be over; ends the JVM, or
 *     lets another worker execute the run at the same time
 * @param onFatal hears why the worker has closed itself
 * @param goesOn whether the process goes on behind the worker: then nothing of it may execute
 *     without a lease when it has closed
 * @param probes whether it serves probes
 * @param metrics where its metrics go; null for a registry of its own
 * @param telemetry where its spans go; null for where its configuration says
 */
record Host(
    Runnable halt,
    Consumer<FatalReason> onFatal,
    boolean goesOn,
    boolean probes,
    @Nullable MeterRegistry metrics,
    @Nullable OpenTelemetry telemetry) {

  private static final String NO_EXPORT =
      "otlp.endpoint: only ./sluice runner can export by itself; give the builder of an embedded"
          + " runner the OpenTelemetry of its application";

  /** One whose spans go where its configuration says. */
  Host(
      Runnable halt,
      Consumer<FatalReason> onFatal,
      boolean goesOn,
      boolean probes,
      @Nullable MeterRegistry metrics) {
    this(halt, onFatal, goesOn, probes, metrics, null);
  }

  /** What is measured of a worker. */
  WorkerMeasures measures(String worker) {
    return metrics == null ? new WorkerMeasures() : new WorkerMeasures(metrics, worker);
  }

  /** A process that is this worker: it ends with it. */
  static Host ofProcess(Runnable halt, Consumer<FatalReason> onFatal) {
    return new Host(halt, onFatal, false, true, null);
  }

  Traces traces(TraceConfig config) {
    if (telemetry != null) {
      return Traces.of(telemetry, config.content(), () -> {}); // its application closes it
    }
    var endpoint = config.endpoint();
    if (endpoint == null) {
      return Traces.NONE;
    }
    var opened =
        ServiceLoader.load(SpanExport.class, Host.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new SettingsException(List.of(NO_EXPORT)))
            .open(endpoint, config.headers(), config.ratio());
    return Traces.of(opened.telemetry(), config.content(), opened.close());
  }
}
