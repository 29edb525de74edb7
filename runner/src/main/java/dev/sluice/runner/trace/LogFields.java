package dev.sluice.runner.trace;

import dev.sluice.v1.Dispatch;
import io.opentelemetry.api.trace.SpanContext;
import org.slf4j.MDC;

/** The fields of log lines (SLF4J's MDC) of whatever a thread of a run logs. */
final class LogFields {
  private static final String RUN = "runId";
  private static final String TENANT = "tenantId";
  private static final String EPOCH = "epoch";
  private static final String TRACE = "traceId";
  private static final String SPAN = "spanId";

  private LogFields() {}

  /** Until it is closed, which brings back what was before. */
  static Entered of(Dispatch dispatch, SpanContext span) {
    var before = MDC.getCopyOfContextMap();
    MDC.put(RUN, dispatch.getRunId());
    MDC.put(TENANT, dispatch.getTenant());
    MDC.put(EPOCH, Integer.toString(dispatch.getEpoch()));
    if (span.isValid()) {
      MDC.put(TRACE, span.getTraceId());
      MDC.put(SPAN, span.getSpanId());
    }
    return () -> {
      if (before == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    };
  }

  /** The same for a span inside of that. */
  static Entered of(SpanContext inner) {
    if (!inner.isValid()) {
      return Entered.NOTHING;
    }
    var before = MDC.get(SPAN);
    MDC.put(SPAN, inner.getSpanId());
    return () -> {
      if (before == null) {
        MDC.remove(SPAN);
      } else {
        MDC.put(SPAN, before);
      }
    };
  }
}
