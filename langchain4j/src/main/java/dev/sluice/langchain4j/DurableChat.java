package dev.sluice.langchain4j;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolService;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * LangChain4j in a run: each call of the model and of a tool is a durable step, and a resume goes
 * on from the journaled answers.
 *
 * <pre>{@code
 * var chat = DurableChat.of(run, model);
 * var assistant = chat.services(Assistant.class, new Weather(), new Calendar())
 *     .chatMemory(MessageWindowChatMemory.withMaxMessages(20))
 *     .build();
 * return assistant.answer(question);
 * }</pre>
 *
 * <p>A call of the model charges the tokens that its provider counted, and one call. A limit (429)
 * is waited for as {@link dev.sluice.sdk.RetryLaterException} says; what another try may mend fails
 * the step with the tries of {@link CallOptions}; a request that is refused fails it at once. Give
 * the model no retries of its own.
 *
 * <p>When the model asks for several tools at once, their steps execute in parallel, at most {@link
 * dev.sluice.sdk.Agent#parallelSteps} at a time. A tool that fails in its last try is told to the
 * model as a failure. What is not the tool's own failure, such as {@link BudgetExhaustedException}
 * or a call of the context that is not allowed in a step, leaves the next call of the model.
 *
 * <p>For one epoch of one run and the agent's own thread: make one whenever {@code Agent.run} is
 * called, and do not let LangChain4j execute tools concurrently by itself.
 */
public final class DurableChat {
  /** The step of a call that was given no other name. */
  public static final String MODEL_STEP = "model";

  /** What LangChain4j asks a model about itself; both kinds of models have it. */
  private record About(
      ChatRequestParameters defaults, ModelProvider provider, Set<Capability> capabilities) {}

  private final RunContext run;
  private final ModelCalls.Asked asked;
  private final About about;
  private final Consumer<String> parts;
  private final CallOptions options;
  private final DurableTools tools;

  private DurableChat(
      RunContext run,
      ModelCalls.Asked asked,
      About about,
      Consumer<String> parts,
      CallOptions options) {
    this.run = run;
    this.asked = asked;
    this.about = about;
    this.parts = parts;
    this.options = options;
    this.tools = new DurableTools(run);
  }

  /** A model that answers as a whole. */
  public static DurableChat of(RunContext run, ChatModel model) {
    return of(run, model, CallOptions.DEFAULT);
  }

  /** A model that answers as a whole. */
  public static DurableChat of(RunContext run, ChatModel model, CallOptions options) {
    return new DurableChat(
        run,
        (cost, parts) -> whole(model, cost),
        new About(
            model.defaultRequestParameters(), model.provider(), model.supportedCapabilities()),
        DurableChat::nobody,
        options);
  }

  /**
   * A model that streams to whoever watches the run: each part of an answer is emitted ({@link
   * RunContext#emit(String)}). Else as {@link #of(RunContext, StreamingChatModel, Consumer,
   * CallOptions)}.
   */
  public static DurableChat of(RunContext run, StreamingChatModel model, CallOptions options) {
    return of(run, model, run::emit, options);
  }

  /**
   * A model that streams. An answer that breaks off, in a time-out, too, is seen as such, and an
   * estimate of its cost is charged.
   *
   * @param tokens gets an answer's parts as they come, in the thread in which the model gives them;
   *     nothing when the answer is replayed, and once more when a try or a crash repeats the call.
   *     They are not journaled: this is for a display, and the result is the answer
   */
  public static DurableChat of(
      RunContext run, StreamingChatModel model, Consumer<String> tokens, CallOptions options) {
    return new DurableChat(
        run,
        (cost, parts) -> {
          var streamed = new Streamed(parts, options.needsFinishReason());
          ask(model, cost, streamed);
          return streamed.await(cost);
        },
        new About(
            model.defaultRequestParameters(), model.provider(), model.supportedCapabilities()),
        tokens,
        options);
  }

  private static ChatResponse whole(ChatModel model, Cost cost) throws Exception {
    try {
      return model.chat(cost.request());
    } catch (RuntimeException e) {
      throw Failures.of(e, Instant.now());
    }
  }

  private static void ask(StreamingChatModel model, Cost cost, Streamed streamed) throws Exception {
    try {
      model.chat(cost.request(), streamed);
    } catch (RuntimeException e) {
      throw Failures.of(e, Instant.now());
    }
  }

  private static void nobody(String part) {}

  // --- models

  /** The model, each call of which is a step named {@value #MODEL_STEP}. */
  public ChatModel model() {
    return model(MODEL_STEP);
  }

  /**
   * The model, each call of which is a step of this name.
   *
   * @param step 1 to 128 characters
   */
  public ChatModel model(String step) {
    return new Durable(step);
  }

  /** See {@link #streamingModel(String)}. */
  public StreamingChatModel streamingModel() {
    return streamingModel(MODEL_STEP);
  }

  /**
   * The model for code that wants to be told of parts. Its calls return when the handler has been
   * told of the end, in the agent's thread. A replayed answer comes without parts.
   */
  public StreamingChatModel streamingModel(String step) {
    return new DurableStreaming(step);
  }

  private ChatResponse call(String step, ChatRequest request, Consumer<String> more) {
    tools.check();
    var calls = new ModelCalls(run, asked, about.provider(), options);
    var answer = calls.call(step, request, parts.andThen(more));
    tools.answered(answer.aiMessage());
    return answer;
  }

  // --- services with tools

  /**
   * A service with this model and these tools, to be completed and built. It tells the model of
   * arguments that a tool cannot read, and of tools that do not exist: the answer is journaled, so
   * failing the run would repeat the same failure.
   *
   * @param objectsWithTools objects with methods that have LangChain4j's {@code @Tool}
   */
  public <T> AiServices<T> services(Class<T> type, Object... objectsWithTools) {
    var services =
        AiServices.builder(type)
            .chatModel(model())
            .toolArgumentsErrorHandler(
                (error, context) -> ToolErrorHandlerResult.text(String.valueOf(error.getMessage())))
            .hallucinatedToolNameStrategy(
                request ->
                    ToolExecutionResultMessage.from(
                        request, "there is no tool named " + request.name()));
    return objectsWithTools.length == 0 ? services : services.tools(tools(objectsWithTools));
  }

  /** These objects' tools as steps with one try, for {@code AiServices.tools(List)}. */
  public List<AiServiceTool> tools(Object... objectsWithTools) {
    return tools(StepOptions.DEFAULT, objectsWithTools);
  }

  /**
   * These objects' tools as steps, named {@code tool} and the tool's name; the second call of a
   * tool in one answer also has the number 2, and so on. What a tool throws decides about further
   * tries as in every step. A result is kept as what the model is told of it, at most 1 MiB
   * (1,048,576 bytes): the object that the tool returned is not.
   *
   * @param objectsWithTools objects with methods that have LangChain4j's {@code @Tool}; called by
   *     several threads at a time
   * @throws IllegalArgumentException if two have the same name, or one has more than 112 characters
   */
  public List<AiServiceTool> tools(StepOptions options, Object... objectsWithTools) {
    return Stream.of(objectsWithTools)
        .flatMap(object -> ToolService.findTools(object).stream())
        .map(tool -> tools.durable(tool, options))
        .toList();
  }

  private final class Durable implements ChatModel {
    private final String step;

    Durable(String step) {
      this.step = step;
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
      return call(step, request, DurableChat::nobody);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
      return about.defaults();
    }

    @Override
    public ModelProvider provider() {
      return about.provider();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
      return about.capabilities();
    }
  }

  private final class DurableStreaming implements StreamingChatModel {
    private final String step;

    DurableStreaming(String step) {
      this.step = step;
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
      ChatResponse answer;
      try {
        answer = call(step, request, handler::onPartialResponse);
      } catch (StepFailedException | BudgetExhaustedException e) {
        handler.onError(e);
        return;
      }
      handler.onCompleteResponse(answer);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
      return about.defaults();
    }

    @Override
    public ModelProvider provider() {
      return about.provider();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
      return about.capabilities();
    }
  }
}
