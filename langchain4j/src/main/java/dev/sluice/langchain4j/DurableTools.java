package dev.sluice.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.exception.ToolArgumentsException;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.sluice.langchain4j.http.IdempotencyKey;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.trace.ToolCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tools as steps of a run. When LangChain4j wants the first call of an answer executed, all calls
 * of that answer are started beside each other and awaited; it then gets their outcomes one by one.
 * What is started, and in which order, follows from the answer alone, and that is journaled.
 *
 * <p>LangChain4j tells the model of whatever an executor throws. What is not for the model is kept,
 * and thrown when LangChain4j comes back with the next call.
 */
final class DurableTools {
  private static final TypeRef<Map<String, @Nullable Object>> RESULT = new TypeRef<>() {};

  /** How a step fails whose body calls what it must not: a mistake in the agent's code. */
  private static final String INVALID_CALL = "InvalidCallException";

  /** A step's name has 128 characters, "tool " and a space and any number of a call among them. */
  private static final int MOST_NAME_CHARS = 112;

  /** A tool's arguments are not what it takes; the same call would fail again. */
  private static final class BadArgumentsException extends NonRetryableException {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = BadArgumentsException.class.getSimpleName();

    BadArgumentsException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private record Tool(ToolExecutor executor, StepOptions options) {}

  /** How a call ended. */
  private sealed interface Outcome {
    record Returned(Map<String, @Nullable Object> result) implements Outcome {}

    record Threw(RuntimeException failure) implements Outcome {}
  }

  private final RunContext run;
  private final Map<String, Tool> tools = new HashMap<>();
  private final Map<ToolExecutionRequest, Deque<Outcome>> outcomes = new HashMap<>();
  private final Map<String, Integer> namesOfAnswer = new HashMap<>();
  private List<ToolExecutionRequest> asked = List.of();
  private @Nullable RuntimeException forAgent;

  DurableTools(RunContext run) {
    this.run = run;
  }

  /** The same tool as a step with these options. */
  AiServiceTool durable(AiServiceTool tool, StepOptions options) {
    if (tool.name().length() > MOST_NAME_CHARS) {
      throw new IllegalArgumentException(
          "a tool's name must have at most %d characters, got %d: %s"
              .formatted(MOST_NAME_CHARS, tool.name().length(), tool.name()));
    }
    if (tools.putIfAbsent(tool.name(), new Tool(tool.toolExecutor(), options)) != null) {
      throw new IllegalArgumentException("there are two tools named " + tool.name());
    }
    return tool.toBuilder().toolExecutor(new Durable()).build();
  }

  /** The model has answered: calls in this answer belong together. */
  void answered(AiMessage answer) {
    asked = List.copyOf(answer.toolExecutionRequests());
    outcomes.clear();
    namesOfAnswer.clear();
  }

  /** Before each further call: throws, once, what LangChain4j kept from the agent. */
  void check() {
    var kept = forAgent;
    forAgent = null;
    if (kept != null) {
      throw kept;
    }
  }

  private final class Durable implements ToolExecutor {
    @Override
    public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
      return executeWithContext(request, InvocationContext.builder().chatMemoryId(memoryId).build())
          .resultText();
    }

    @Override
    public ToolExecutionResult executeWithContext(
        ToolExecutionRequest request, InvocationContext context) {
      if (asked.contains(request)
          && asked.stream().allMatch(one -> tools.containsKey(one.name()))) {
        var all = asked;
        asked = List.of();
        executeAll(all, context);
      }
      return switch (outcome(request, context)) {
        case Outcome.Returned(var result) -> result(result);
        case Outcome.Threw(var failure) -> throw failure;
      };
    }
  }

  /** Leaves no step open, whatever LangChain4j or its handlers do with the first outcome. */
  private void executeAll(List<ToolExecutionRequest> all, InvocationContext context) {
    var started = new ArrayList<Supplier<Outcome>>();
    for (var request : all) {
      started.add(start(request, context));
    }
    for (int i = 0; i < all.size(); i++) {
      outcomes.computeIfAbsent(all.get(i), same -> new ArrayDeque<>()).add(started.get(i).get());
    }
  }

  private Outcome outcome(ToolExecutionRequest request, InvocationContext context) {
    var same = outcomes.get(request);
    if (same != null && !same.isEmpty()) {
      return same.remove();
    }
    check(); // nothing more is executed behind what ends the run
    return start(request, context).get();
  }

  /** Starts a call; what is returned awaits it. */
  private Supplier<Outcome> start(ToolExecutionRequest request, InvocationContext context) {
    StepHandle<Map<String, @Nullable Object>> step;
    try {
      step = step(request, context);
    } catch (RuntimeException e) {
      var refused = keptForAgent(e);
      return () -> refused;
    }
    return () -> await(step);
  }

  private Outcome keptForAgent(RuntimeException thrown) {
    if (forAgent == null) {
      forAgent = thrown;
    }
    return new Outcome.Threw(thrown);
  }

  private StepHandle<Map<String, @Nullable Object>> step(
      ToolExecutionRequest request, InvocationContext context) {
    var tool = tools.get(request.name());
    if (tool == null) {
      throw new IllegalStateException("no tool is named " + request.name());
    }
    // For people; and runs in flight have these names in their journals.
    int count = namesOfAnswer.merge(request.name(), 1, Integer::sum);
    var name = "tool " + request.name() + (count == 1 ? "" : " " + count);
    return run.stepAsync(
        name,
        RESULT,
        tool.options(),
        () -> {
          run.describe(new ToolCall(request.name(), request.id()));
          return IdempotencyKey.during(
              run.idempotencyKey(name), () -> execute(tool.executor(), request, context));
        });
  }

  /** In the body's thread. A tool's own exception decides about further tries. */
  private static Map<String, @Nullable Object> execute(
      ToolExecutor tool, ToolExecutionRequest request, InvocationContext context) throws Exception {
    ToolExecutionResult result;
    try {
      result = tool.executeWithContext(request, context);
    } catch (ToolArgumentsException e) {
      throw new BadArgumentsException(String.valueOf(cause(e).getMessage()), e);
    } catch (ToolExecutionException e) {
      throw switch (cause(e)) {
        case Error error -> throw error;
        case Exception own -> own;
        default -> e;
      };
    }
    return written(request, result);
  }

  /** The tool has done its work: another try would do it again, and fail here again. */
  private static Map<String, @Nullable Object> written(
      ToolExecutionRequest request, ToolExecutionResult result) {
    try {
      return Messages.write(
          ToolExecutionResultMessage.builder()
              .id(request.id())
              .toolName(request.name())
              .contents(result.resultContents())
              .isError(result.isError())
              .attributes(result.attributes())
              .build());
    } catch (RuntimeException e) {
      throw new NonRetryableException(
          "what tool " + request.name() + " returned cannot be written: " + e.getMessage(), e);
    }
  }

  private static Throwable cause(Exception e) {
    return e.getCause() == null ? e : e.getCause();
  }

  /** Failures come as LangChain4j's handlers know them, and the same when they are replayed. */
  private Outcome await(StepHandle<Map<String, @Nullable Object>> step) {
    try {
      return new Outcome.Returned(run.await(step));
    } catch (StepFailedException failed) {
      return failed.type().equals(INVALID_CALL)
          ? keptForAgent(failed)
          : new Outcome.Threw(forHandlers(failed));
    } catch (RuntimeException e) {
      return keptForAgent(e);
    }
  }

  private static RuntimeException forHandlers(StepFailedException failed) {
    var message = String.valueOf(failed.getMessage());
    return failed.type().equals(BadArgumentsException.TYPE)
        ? new ToolArgumentsException(message, new IllegalArgumentException(message, failed))
        : new ToolExecutionException(message, new IllegalStateException(message, failed));
  }

  private static ToolExecutionResult result(Map<String, @Nullable Object> journaled) {
    var message = (ToolExecutionResultMessage) Messages.read(journaled);
    return ToolExecutionResult.builder()
        .isError(Boolean.TRUE.equals(message.isError()))
        .resultContents(message.contents())
        .attributes(message.attributes())
        .build();
  }
}
