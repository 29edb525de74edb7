package dev.sluice.runner.trace;

import dev.sluice.contract.Texts;
import dev.sluice.contract.TraceParents;
import dev.sluice.sdk.trace.ModelCall;
import dev.sluice.sdk.trace.Operation;
import dev.sluice.sdk.trace.ToolCall;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.YieldEntry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The words of spans, all in one place: OpenTelemetry's conventions for generative AI are in
 * development, and will change. What they have no word for begins with {@code sluice.}.
 */
final class SpanText {
  private static final int CONTENT_CHARS = 4_096;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  private static final String OPERATION = "gen_ai.operation.name";
  private static final String ERROR_TYPE = "error.type";

  private SpanText() {}

  // --- epochs

  static String epochName(Dispatch dispatch) {
    return "invoke_agent " + dispatch.getAgent();
  }

  static SpanBuilder epoch(
      SpanBuilder span, Dispatch dispatch, String version, String incarnation) {
    span.setNoParent()
        .setAttribute(OPERATION, "invoke_agent")
        .setAttribute("gen_ai.agent.name", dispatch.getAgent())
        .setAttribute(
            "sluice.root.id",
            Objects.requireNonNullElse(dispatch.getRootRunId(), dispatch.getRunId()))
        .setAttribute("sluice.pool", dispatch.getPool())
        .setAttribute("sluice.worker", incarnation)
        .setAttribute("sluice.replayed", dispatch.getReplay().size());
    if (!version.isEmpty()) {
      span.setAttribute("gen_ai.agent.version", version);
    }
    return run(span, dispatch);
  }

  /**
   * A step has them too, and the link: of a worker that was killed, the spans of steps are all that
   * was exported.
   */
  private static SpanBuilder run(SpanBuilder span, Dispatch dispatch) {
    var submitter = submitter(dispatch);
    if (submitter != null) {
      span.addLink(submitter);
    }
    return span.setAttribute("sluice.tenant", dispatch.getTenant())
        .setAttribute("sluice.run.id", dispatch.getRunId())
        .setAttribute("sluice.epoch", dispatch.getEpoch())
        .setAttribute("sluice.attempt", dispatch.getAttempt());
  }

  private static @Nullable SpanContext submitter(Dispatch dispatch) {
    var text = TraceParents.valid(dispatch.getTraceparent());
    return text == null
        ? null
        : SpanContext.createFromRemoteParent(
            text.substring(TRACE_AT, SPAN_AT - 1),
            text.substring(SPAN_AT, FLAGS_AT - 1),
            TraceFlags.fromHex(text, FLAGS_AT),
            TraceState.getDefault());
  }

  static String traceparent(SpanContext span) {
    return "00-%s-%s-%s"
        .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
  }

  /** The end of the run, or what it waits for, as the journal's schema has it. */
  static void ended(Span span, SpecificRecord last) {
    span.setAttribute(
        "sluice.outcome",
        switch (last) {
          case EndEntry end -> end.getStatus().name();
          case YieldEntry yielded -> ((GenericContainer) yielded.getWait()).getSchema().getName();
          default -> last.getSchema().getName();
        });
  }

  static void failed(Span span, RunError error, boolean withContent) {
    span.setAttribute(ERROR_TYPE, error.getType());
    span.setStatus(StatusCode.ERROR, withContent ? error.getMessage() : "");
  }

  // --- steps

  static String stepName(String step) {
    return "step " + step;
  }

  static SpanBuilder step(SpanBuilder span, Dispatch dispatch, String step, int code) {
    span.setAttribute("sluice.step.name", step).setAttribute("sluice.step.position", code);
    return run(span, dispatch);
  }

  static void tries(Span span, int tries) {
    span.setAttribute("sluice.step.tries", tries);
  }

  static void tryFailed(Span span, Throwable failure) {
    span.addEvent("sluice.try.failed", Attributes.builder().put(ERROR_TYPE, type(failure)).build());
  }

  private static String type(Throwable failure) {
    var name = failure.getClass().getCanonicalName();
    return name == null ? failure.getClass().getName() : name;
  }

  static void returned(Span span, int tries, @Nullable ByteBuffer content) {
    tries(span, tries);
    if (content != null) {
      span.setAttribute("sluice.step.result", text(content));
    }
  }

  static void stopped(Span span) {
    span.setAttribute("sluice.step.stopped", true);
  }

  // --- models and tools

  static void describe(Span span, Operation operation) {
    switch (operation) {
      case ModelCall call -> describe(span, call);
      case ToolCall call -> {
        span.updateName("execute_tool " + call.tool());
        span.setAttribute(OPERATION, "execute_tool");
        span.setAttribute("gen_ai.tool.name", call.tool());
        put(span, "gen_ai.tool.call.id", call.callId());
      }
    }
  }

  private static void describe(Span span, ModelCall call) {
    span.updateName("chat " + call.model());
    span.setAttribute(OPERATION, "chat");
    span.setAttribute("gen_ai.provider.name", call.provider());
    span.setAttribute("gen_ai.request.model", call.model());
    put(span, "gen_ai.request.max_tokens", call.maxTokens());
    var answer = call.answer();
    if (answer != null) {
      put(span, "gen_ai.response.model", answer.model());
      put(span, "gen_ai.response.id", answer.id());
      span.setAttribute(
          AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), answer.finishReasons());
    }
    var usage = call.usage();
    if (usage != null) {
      put(span, "gen_ai.usage.input_tokens", usage.input());
      put(span, "gen_ai.usage.output_tokens", usage.output());
      put(span, "gen_ai.usage.cache_read.input_tokens", usage.cacheRead());
      put(span, "gen_ai.usage.cache_creation.input_tokens", usage.cacheCreation());
    }
  }

  private static void put(Span span, String key, @Nullable String value) {
    if (value != null) {
      span.setAttribute(key, value);
    }
  }

  private static void put(Span span, String key, @Nullable Number value) {
    if (value != null) {
      span.setAttribute(key, value.longValue());
    }
  }

  // --- content

  static void input(Span span, ByteBuffer input) {
    span.setAttribute("sluice.input", text(input));
  }

  static void output(Span span, ByteBuffer output) {
    span.setAttribute("sluice.output", text(output));
  }

  private static String text(ByteBuffer bytes) {
    var head = bytes.slice(bytes.position(), Math.min(bytes.remaining(), 4 * CONTENT_CHARS));
    return Texts.atMost(CONTENT_CHARS, StandardCharsets.UTF_8.decode(head).toString());
  }
}
