package dev.sluice.runner.trace;

import dev.sluice.v1.RunError;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The execution of a step in one epoch, all its tries together, for the thread that executes it. A
 * step that is replayed has none. Its span ends once the journal has the step's end.
 */
public final class StepTrace {
  /** Of a step that is not traced. */
  public static final StepTrace NONE = new StepTrace(null, "", 0);

  private final @Nullable EpochTrace epoch;
  private final String name;
  private final int code;
  private @Nullable Span span;

  StepTrace(@Nullable EpochTrace epoch, String name, int code) {
    this.epoch = epoch;
    this.name = name;
    this.code = code;
  }

  /** The calling thread executes the body. */
  public Entered enter() {
    if (epoch == null) {
      return Entered.NOTHING;
    }
    var begun = span == null ? epoch.startStep(name, code) : span;
    span = begun;
    return Entered.both(Context.current().with(begun), LogFields.of(begun.getSpanContext()));
  }

  /** A try failed, or met a limit; another may follow. */
  public void tryFailed(Throwable failure) {
    if (span != null) {
      SpanText.tryFailed(span, failure);
    }
  }

  /**
   * The step has ended well, and the journal has its result.
   *
   * @param result as the journal has it
   */
  public void returned(int tries, ByteBuffer result) {
    if (epoch != null && span != null) {
      SpanText.returned(span, tries, epoch.hasContent() ? result : null);
      end();
    }
  }

  /** The step has failed for good. */
  public void failed(int tries, RunError error) {
    if (epoch != null && span != null) {
      SpanText.tries(span, tries);
      SpanText.failed(span, error, epoch.hasContent());
      end();
    }
  }

  /** Nothing of the step executes any more; without an end it is executed again one day. */
  public void close() {
    if (span != null) {
      SpanText.stopped(span);
      end();
    }
  }

  private void end() {
    if (span != null) {
      Traces.end(span);
      span = null;
    }
  }
}
