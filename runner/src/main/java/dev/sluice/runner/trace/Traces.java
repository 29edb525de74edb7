package dev.sluice.runner.trace;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.Dispatch;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import org.jspecify.annotations.Nullable;

/** The traces of one worker: one for each epoch. Whatever is wrong with them harms no run. */
public final class Traces implements AutoCloseable {
  /** Exports nothing. */
  public static final Traces NONE = new Traces(null, false, () -> {});

  private static final QuietLog LOG = QuietLog.of(Traces.class);
  private static final String SCOPE = "dev.sluice.runner";

  private final @Nullable Tracer tracer;
  private final boolean content;
  private final Runnable close;

  private Traces(@Nullable Tracer tracer, boolean content, Runnable close) {
    this.tracer = tracer;
    this.content = content;
    this.close = close;
  }

  /**
   * Those that go to an OpenTelemetry.
   *
   * @param content whether spans also carry inputs, outputs, results of steps and messages of
   *     errors
   * @param close exports what is left
   */
  public static Traces of(OpenTelemetry telemetry, boolean content, Runnable close) {
    return new Traces(telemetry.getTracer(SCOPE), content, close);
  }

  /**
   * The trace of an epoch, which begins now.
   *
   * @param version of its agent's code; empty if this worker has no such agent
   * @param incarnation of this worker
   */
  public EpochTrace epoch(Dispatch dispatch, String version, String incarnation) {
    var span =
        tracer == null
            ? Span.getInvalid()
            : started(
                SpanText.epoch(
                    tracer.spanBuilder(SpanText.epochName(dispatch)),
                    dispatch,
                    version,
                    incarnation));
    return new EpochTrace(dispatch, this, span);
  }

  /** A span of a step; only of an epoch that has one. */
  @Nullable SpanBuilder span(String name) {
    return tracer == null ? null : tracer.spanBuilder(name);
  }

  boolean hasContent() {
    return content;
  }

  /** What the application has hung into its OpenTelemetry is called here, and may throw. */
  static Span started(SpanBuilder builder) {
    try {
      return builder.startSpan();
    } catch (RuntimeException e) {
      LOG.warn("A span could not be started", e);
      return Span.getInvalid();
    }
  }

  static void end(Span span) {
    try {
      span.end();
    } catch (RuntimeException e) {
      LOG.warn("A span could not be ended", e);
    }
  }

  @Override
  public void close() {
    close.run();
  }
}
