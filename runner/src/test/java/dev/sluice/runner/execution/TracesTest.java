package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.runner.trace.Traces;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.trace.ModelCall;
import dev.sluice.sdk.trace.ToolCall;
import dev.sluice.v1.SpawnEntry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What traces and the fields of logs tell of epochs and steps. */
final class TracesTest {
  private static final String SUBMITTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private interface Code {
    @Nullable Object run(RunContext run) throws Exception;
  }

  private record Doing(Code code) implements Agent<Map<String, Object>, Object> {
    @Override
    public String name() {
      return "doing";
    }

    @Override
    public String version() {
      return "7";
    }

    @Override
    public Object run(RunContext run, Map<String, Object> input) throws Exception {
      return Objects.requireNonNullElse(code.run(run), "done");
    }
  }

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final OpenTelemetrySdk telemetry = telemetry(SimpleSpanProcessor.create(exported));

  private static OpenTelemetrySdk telemetry(SpanProcessor processor) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(processor).build())
        .build();
  }

  private OneRunGate gate(Code code) {
    return gate(code, false);
  }

  private OneRunGate gate(Code code, boolean content) {
    return new OneRunGate(new Doing(code))
        .traced(Traces.of(telemetry, content, () -> {}), SUBMITTER);
  }

  private List<SpanData> spans() {
    return exported.getFinishedSpanItems();
  }

  private SpanData span(String name) {
    return spans().stream().filter(one -> one.getName().equals(name)).findFirst().orElseThrow();
  }

  private static @Nullable Object attribute(SpanData span, String key) {
    return span.getAttributes().asMap().entrySet().stream()
        .filter(one -> one.getKey().getKey().equals(key))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  @Test
  void anEpochIsATraceOfItsOwnLinkedToTheSubmittersSpan() {
    gate(run -> run.step("one", String.class, () -> "1")).epoch();

    var epoch = span("invoke_agent doing");
    var step = span("step one");
    assertThat(spans()).hasSize(2);
    assertThat(epoch.getParentSpanContext().isValid()).isFalse();
    assertThat(step.getParentSpanId()).isEqualTo(epoch.getSpanId());
    assertThat(List.of(epoch, step))
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId())
                  .isEqualTo(epoch.getTraceId())
                  .isNotEqualTo(SUBMITTER.substring(3, 35));
              var link = span.getLinks().getFirst().getSpanContext();
              assertThat("00-%s-%s-01".formatted(link.getTraceId(), link.getSpanId()))
                  .isEqualTo(SUBMITTER);
              assertThat(attribute(span, "sluice.tenant")).isEqualTo("t");
              assertThat(attribute(span, "sluice.run.id")).isEqualTo("run-1");
              assertThat(attribute(span, "sluice.epoch")).isEqualTo(1L);
              assertThat(attribute(span, "sluice.attempt")).isEqualTo(1L);
            });
    assertThat(attribute(epoch, "gen_ai.operation.name")).isEqualTo("invoke_agent");
    assertThat(attribute(epoch, "gen_ai.agent.name")).isEqualTo("doing");
    assertThat(attribute(epoch, "gen_ai.agent.version")).isEqualTo("7");
    assertThat(attribute(epoch, "sluice.outcome")).isEqualTo("SUCCEEDED");
    assertThat(epoch.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attribute(step, "sluice.step.name")).isEqualTo("one");
    assertThat(attribute(step, "sluice.step.tries")).isEqualTo(1L);
  }

  @Test
  void aReplayedStepHasNoSpanAndTheNextEpochATraceOfItsOwn() {
    var gate =
        gate(
            run -> {
              run.step("one", String.class, () -> "1");
              run.awaitSignal("go", String.class, Duration.ofHours(1));
              return run.step("two", String.class, () -> "2");
            });
    gate.epoch();
    gate.signal("go", "\"now\"").epoch();

    var epochs = spans().stream().filter(one -> one.getName().startsWith("invoke_agent")).toList();
    assertThat(epochs).extracting(SpanData::getTraceId).hasSize(2).doesNotHaveDuplicates();
    assertThat(epochs)
        .extracting(one -> attribute(one, "sluice.outcome"))
        .containsExactly("SignalWait", "SUCCEEDED");
    assertThat(epochs).extracting(one -> attribute(one, "sluice.replayed")).containsExactly(0L, 2L);
    assertThat(spans()).filteredOn(one -> one.getName().equals("step one")).hasSize(1);
    assertThat(span("step two").getTraceId()).isEqualTo(epochs.get(1).getTraceId());
  }

  @Test
  void aStepHasOneSpanForAllItsTries() {
    var tries = new AtomicInteger();
    gate(run ->
            run.step(
                "one",
                String.class,
                StepOptions.DEFAULT.trying(
                    new Tries(3, Duration.ofMillis(1), Duration.ofMillis(1))),
                () -> {
                  if (tries.incrementAndGet() == 1) {
                    throw new RetryLaterException(Duration.ofMillis(1), "busy");
                  }
                  if (tries.get() == 2) {
                    throw new IllegalStateException("secret words");
                  }
                  return "1";
                }))
        .epoch();

    var step = span("step one");
    assertThat(spans()).hasSize(2);
    assertThat(attribute(step, "sluice.step.tries")).isEqualTo(2L);
    assertThat(step.getEvents())
        .extracting(event -> event.getAttributes().get(AttributeKey.stringKey("error.type")))
        .containsExactly("dev.sluice.sdk.RetryLaterException", "java.lang.IllegalStateException");
    assertThat(step.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(spans().toString()).doesNotContain("secret words");
  }

  @Test
  void aFailureIsTheStatusOfItsStepAndItsEpoch() {
    gate(run ->
            run.step(
                "one",
                String.class,
                () -> {
                  throw new NonRetryableException("secret words");
                }))
        .epoch();

    for (var span : List.of(span("step one"), span("invoke_agent doing"))) {
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(attribute(span, "error.type")).asString().contains("NonRetryableException");
    }
    assertThat(attribute(span("invoke_agent doing"), "sluice.outcome")).isEqualTo("FAILED");
    assertThat(spans().toString()).as("messages may quote content").doesNotContain("secret words");
  }

  @Test
  void spansCarryContentOnlyIfAsked() {
    var input = "{\"text\":\"secret input\"}";
    Code code =
        run -> {
          run.step("one", String.class, () -> "secret result");
          return "secret output";
        };
    gate(code).input(input).epoch();
    assertThat(spans().toString()).doesNotContain("secret");

    exported.reset();
    gate(code, true).input(input).epoch();

    assertThat(attribute(span("step one"), "sluice.step.result")).isEqualTo("\"secret result\"");
    assertThat(attribute(span("invoke_agent doing"), "sluice.input")).isEqualTo(input);
    assertThat(attribute(span("invoke_agent doing"), "sluice.output"))
        .isEqualTo("\"secret output\"");
  }

  @Test
  void aStepThatSaysWhatItCallsIsNamedByTheConventions() {
    gate(run -> {
          run.describe(new ToolCall("outside of a step", null));
          run.step(
              "ask",
              String.class,
              () -> {
                var call = ModelCall.of("openai", "gpt").atMost(100);
                run.describe(call);
                run.describe(
                    call.answered(
                        new ModelCall.Answer("gpt-1", "id-1", List.of("stop")),
                        new ModelCall.Usage(10L, 2L, 4L, null)));
                return "";
              });
          return run.await(
              run.stepAsync(
                  "look",
                  TypeRef.of(String.class),
                  StepOptions.DEFAULT,
                  () -> {
                    run.describe(new ToolCall("weather", "call-1"));
                    return "";
                  }));
        })
        .epoch();

    assertThat(spans())
        .extracting(SpanData::getName)
        .containsExactly("chat gpt", "execute_tool weather", "invoke_agent doing");
    var chat = span("chat gpt");
    assertThat(attribute(chat, "gen_ai.operation.name")).isEqualTo("chat");
    assertThat(attribute(chat, "gen_ai.provider.name")).isEqualTo("openai");
    assertThat(attribute(chat, "gen_ai.request.model")).isEqualTo("gpt");
    assertThat(attribute(chat, "gen_ai.request.max_tokens")).isEqualTo(100L);
    assertThat(attribute(chat, "gen_ai.response.model")).isEqualTo("gpt-1");
    assertThat(attribute(chat, "gen_ai.response.id")).isEqualTo("id-1");
    assertThat(attribute(chat, "gen_ai.response.finish_reasons")).isEqualTo(List.of("stop"));
    assertThat(attribute(chat, "gen_ai.usage.input_tokens")).isEqualTo(10L);
    assertThat(attribute(chat, "gen_ai.usage.output_tokens")).isEqualTo(2L);
    assertThat(attribute(chat, "gen_ai.usage.cache_read.input_tokens")).isEqualTo(4L);
    assertThat(attribute(chat, "gen_ai.usage.cache_creation.input_tokens")).isNull();
    assertThat(attribute(chat, "sluice.step.name")).isEqualTo("ask");
    var tool = span("execute_tool weather");
    assertThat(attribute(tool, "gen_ai.tool.name")).isEqualTo("weather");
    assertThat(attribute(tool, "gen_ai.tool.call.id")).isEqualTo("call-1");
    assertThat(attribute(tool, "sluice.step.name")).isEqualTo("look");
  }

  /** So an instrumented client of a body nests without knowing of runs. */
  @Test
  void theSpanOfTheStepIsCurrentInItsBodyAndThatOfTheEpochBetweenSteps() {
    var current = new ArrayList<Span>();
    gate(run -> {
          current.add(Span.current());
          run.step("one", String.class, () -> inner(current));
          current.add(Span.current());
          run.await(
              run.stepAsync(
                  "two", TypeRef.of(String.class), StepOptions.DEFAULT, () -> inner(current)));
          return "";
        })
        .epoch();

    assertThat(current)
        .extracting(one -> one.getSpanContext().getSpanId())
        .containsExactly(
            span("invoke_agent doing").getSpanId(),
            span("step one").getSpanId(),
            span("invoke_agent doing").getSpanId(),
            span("step two").getSpanId());
    assertThat(spans())
        .filteredOn(one -> one.getName().equals("inner"))
        .extracting(SpanData::getParentSpanId)
        .containsExactly(span("step one").getSpanId(), span("step two").getSpanId());
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }

  @Test
  void aStepInsideOfASpanOfTheAgentsOwnNestsThere() {
    gate(run -> {
          var own = telemetry.getTracer("agent").spanBuilder("plan").startSpan();
          try (var scope = own.makeCurrent()) {
            return run.step("one", String.class, () -> String.valueOf(scope != null));
          } finally {
            own.end();
          }
        })
        .epoch();

    assertThat(span("plan").getParentSpanId()).isEqualTo(span("invoke_agent doing").getSpanId());
    assertThat(span("step one").getParentSpanId()).isEqualTo(span("plan").getSpanId());
  }

  private String inner(List<Span> current) {
    current.add(Span.current());
    telemetry.getTracer("client").spanBuilder("inner").startSpan().end();
    return "";
  }

  @Test
  void aChildIsAskedForInTheSpanOfItsParentsEpoch() {
    var child = AgentRef.of("other", String.class, String.class);
    var gate = gate(run -> run.spawnAll(List.of(new Spawn<>(child, "in"))).size());
    gate.epoch();

    var epoch = span("invoke_agent doing");
    var spawned = (SpawnEntry) gate.written().getFirst();
    assertThat(spawned.getChildren().getFirst().getTraceparent())
        .startsWith("00-%s-%s-".formatted(epoch.getTraceId(), epoch.getSpanId()));
  }

  @Test
  void whatAThreadLogsHasTheFieldsOfItsRun() {
    var fields = new ArrayList<Map<String, String>>();
    gate(run -> {
          fields.add(MDC.getCopyOfContextMap());
          return run.await(
              run.stepAsync(
                  "one",
                  TypeRef.of(String.class),
                  StepOptions.DEFAULT,
                  () -> {
                    fields.add(MDC.getCopyOfContextMap());
                    return "";
                  }));
        })
        .epoch();

    var epoch = span("invoke_agent doing");
    assertThat(fields)
        .containsExactly(
            fields(epoch.getTraceId(), epoch.getSpanId()),
            fields(epoch.getTraceId(), span("step one").getSpanId()));
    assertThat(MDC.get("runId")).isNull();
  }

  private static Map<String, String> fields(String trace, String span) {
    return Map.of(
        "runId", "run-1", "tenantId", "t", "epoch", "1", "traceId", trace, "spanId", span);
  }

  @Test
  void withoutTracesLogsHaveTheFieldsOfTheRunAndChildrenNoSpan() {
    var fields = new ArrayList<Map<String, String>>();
    var child = AgentRef.of("other", String.class, String.class);
    var gate =
        new OneRunGate(
            new Doing(
                run -> {
                  run.describe(ModelCall.of("openai", "gpt"));
                  fields.add(MDC.getCopyOfContextMap());
                  return run.spawnAll(List.of(new Spawn<>(child, "in"))).size();
                }));
    gate.epoch();

    assertThat(fields).containsExactly(Map.of("runId", "run-1", "tenantId", "t", "epoch", "1"));
    assertThat(((SpawnEntry) gate.written().getFirst()).getChildren().getFirst().getTraceparent())
        .isNull();
  }

  /** What an application has hung into its OpenTelemetry may be broken. */
  @Test
  void aProcessorThatThrowsHarmsNoRun() {
    var broken = telemetry(new Broken());
    assertThatThrownBy(() -> broken.getTracer("t").spanBuilder("s").startSpan())
        .isInstanceOf(IllegalStateException.class);

    var last =
        new OneRunGate(new Doing(run -> run.step("one", String.class, () -> "1")))
            .traced(Traces.of(broken, false, () -> {}), null)
            .epoch();

    assertThat(last.toString()).contains("SUCCEEDED");
  }

  private static final class Broken implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      throw new IllegalStateException("broken");
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      throw new IllegalStateException("broken");
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
