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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tools as steps of a run. When LangChain4j wants the first call of an answer executed, all calls
 * of that answer are started beside each other; it then gets their results one by one. What is
 * started, and in which order, follows from the answer alone, and that is journaled.
 */
final class DurableTools {
  private static final TypeRef<Map<String, @Nullable Object>> RESULT = new TypeRef<>() {};

  /** A tool's arguments are not what it takes; the same call would fail again. */
  private static final class BadArgumentsException extends NonRetryableException {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = BadArgumentsException.class.getSimpleName();

    BadArgumentsException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private record Tool(ToolExecutor executor, StepOptions options) {}

  private final RunContext run;
  private final Map<String, Tool> tools = new HashMap<>();
  private final Map<ToolExecutionRequest, Deque<StepHandle<Map<String, @Nullable Object>>>>
      started = new HashMap<>();
  private final Map<String, Integer> namesOfAnswer = new HashMap<>();
  private List<ToolExecutionRequest> asked = List.of();

  DurableTools(RunContext run) {
    this.run = run;
  }

  /** The same tool as a step with these options. */
  AiServiceTool durable(AiServiceTool tool, StepOptions options) {
    if (tools.putIfAbsent(tool.name(), new Tool(tool.toolExecutor(), options)) != null) {
      throw new IllegalArgumentException("there are two tools named " + tool.name());
    }
    return tool.toBuilder().toolExecutor(new Durable()).build();
  }

  /** The model has answered: calls in this answer belong together. */
  void answered(AiMessage answer) {
    asked = List.copyOf(answer.toolExecutionRequests());
    started.clear();
    namesOfAnswer.clear();
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
        all.forEach(one -> start(one, context));
      }
      return result(await(taken(request, context)));
    }
  }

  private void start(ToolExecutionRequest request, InvocationContext context) {
    started.computeIfAbsent(request, same -> new ArrayDeque<>()).add(step(request, context));
  }

  /** Its step, which is started now unless it was with the others of its answer. */
  private StepHandle<Map<String, @Nullable Object>> taken(
      ToolExecutionRequest request, InvocationContext context) {
    var same = started.get(request);
    return same == null || same.isEmpty() ? step(request, context) : same.remove();
  }

  private StepHandle<Map<String, @Nullable Object>> step(
      ToolExecutionRequest request, InvocationContext context) {
    var tool = tools.get(request.name());
    if (tool == null) {
      throw new IllegalStateException("no tool is named " + request.name());
    }
    // A provider's limit is counted for each name, so calls beside each other have different ones.
    int count = namesOfAnswer.merge(request.name(), 1, Integer::sum);
    var name = "tool " + request.name() + (count == 1 ? "" : " " + count);
    return run.stepAsync(
        name,
        RESULT,
        tool.options(),
        () ->
            IdempotencyKey.during(
                run.idempotencyKey(name), () -> execute(tool.executor(), request, context)));
  }

  /** In the body's thread. A tool's own exception decides about further tries. */
  private static Map<String, @Nullable Object> execute(
      ToolExecutor tool, ToolExecutionRequest request, InvocationContext context) throws Exception {
    try {
      var result = tool.executeWithContext(request, context);
      return Messages.write(
          ToolExecutionResultMessage.builder()
              .id(request.id())
              .toolName(request.name())
              .contents(result.resultContents())
              .isError(result.isError())
              .attributes(result.attributes())
              .build());
    } catch (ToolArgumentsException e) {
      throw new BadArgumentsException(String.valueOf(cause(e).getMessage()), e);
    } catch (ToolExecutionException e) {
      throw switch (cause(e)) {
        case Error error -> throw error;
        case Exception own -> own;
        default -> e;
      };
    }
  }

  private static Throwable cause(Exception e) {
    return e.getCause() == null ? e : e.getCause();
  }

  /** Failures come as LangChain4j's handlers know them, and the same when they are replayed. */
  private Map<String, @Nullable Object> await(StepHandle<Map<String, @Nullable Object>> step) {
    try {
      return run.await(step);
    } catch (StepFailedException failed) {
      var message = String.valueOf(failed.getMessage());
      throw failed.type().equals(BadArgumentsException.TYPE)
          ? new ToolArgumentsException(message, new IllegalArgumentException(message, failed))
          : new ToolExecutionException(message, new IllegalStateException(message, failed));
    }
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
