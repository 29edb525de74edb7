package dev.sluice.runner.trace;

import dev.sluice.sdk.trace.Operation;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunError;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** One epoch of a run: its span, if it is traced, and the fields of what its threads log. */
public final class EpochTrace {
  private final Dispatch dispatch;
  private final Traces traces;
  private final Span span;
  private final Context context;

  EpochTrace(Dispatch dispatch, Traces traces, Span span) {
    this.dispatch = dispatch;
    this.traces = traces;
    this.span = span;
    this.context = Context.root().with(span);
  }

  private boolean isTraced() {
    return span.getSpanContext().isValid();
  }

  /** The calling thread executes code of the epoch. */
  public Entered enter() {
    var fields = LogFields.of(dispatch, span.getSpanContext());
    return isTraced() ? Entered.both(context, fields) : fields;
  }

  /** W3C trace context of the epoch, for what it asks for; null if it is not traced. */
  public @Nullable String traceparent() {
    return isTraced() ? SpanText.traceparent(span.getSpanContext()) : null;
  }

  /** The run's input, as it came. */
  public void input(ByteBuffer input) {
    if (isTraced() && traces.hasContent()) {
      SpanText.input(span, input);
    }
  }

  /** A step whose end the journal does not have; its span begins with the first try. */
  public StepTrace step(String name, int code) {
    return isTraced() ? new StepTrace(this, name, code) : StepTrace.NONE;
  }

  /** Starts the span of a step, below what the calling thread does in this trace. */
  Span startStep(String name, int code) {
    var builder = traces.span(SpanText.stepName(name));
    if (builder == null) {
      return Span.getInvalid();
    }
    var current = Context.current();
    boolean isInside =
        Span.fromContext(current)
            .getSpanContext()
            .getTraceId()
            .equals(span.getSpanContext().getTraceId());
    builder.setParent(isInside ? current : context);
    return Traces.started(SpanText.step(builder, dispatch, name, code));
  }

  boolean hasContent() {
    return traces.hasContent();
  }

  /** What the executing step's body does, as its agent says. */
  public void describe(Operation operation) {
    var current = Span.current();
    boolean isInBody = isTraced() && current.getSpanContext().isValid() && !current.equals(span);
    if (isInBody) {
      SpanText.describe(current, operation);
    }
  }

  /**
   * How the epoch ends.
   *
   * @param last its last record
   * @param error why the attempt failed; null if it did not
   */
  public void ended(SpecificRecord last, @Nullable RunError error) {
    if (!isTraced()) {
      return;
    }
    SpanText.ended(span, last);
    if (error != null) {
      SpanText.failed(span, error, traces.hasContent());
    }
    if (traces.hasContent() && last instanceof EndEntry end && end.getOutput() != null) {
      SpanText.output(span, end.getOutput());
    }
  }

  /** No code of the epoch executes any more. */
  public void close() {
    if (isTraced()) {
      Traces.end(span);
    }
  }
}
