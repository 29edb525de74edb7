package dev.sluice.topology.gate.inbound;

import dev.sluice.contract.TraceParents;
import dev.sluice.v1.RunSubmitted;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The trace context in the headers of records, where OpenTelemetry's Kafka clients put it. */
public final class TraceHeaders {
  private TraceHeaders() {}

  /** With the trace context of its record's header, if it names none itself. */
  static RunSubmitted traced(RunSubmitted run, Headers headers) {
    if (run.getTraceparent() == null || run.getTraceparent().isEmpty()) {
      run.put("traceparent", read(headers));
    }
    return run;
  }

  private static @Nullable String read(Headers headers) {
    var header = headers.lastHeader(TraceParents.HEADER);
    return header == null || header.value() == null
        ? null
        : TraceParents.valid(new String(header.value(), StandardCharsets.ISO_8859_1));
  }

  /** The headers of a record that is about what was asked for in a span. */
  public static Headers of(@Nullable String traceparent) {
    var headers = new RecordHeaders();
    var valid = TraceParents.valid(traceparent);
    if (valid != null) {
      headers.add(TraceParents.HEADER, valid.getBytes(StandardCharsets.ISO_8859_1));
    }
    return headers;
  }
}
