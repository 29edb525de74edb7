package dev.sluice.local.model;

import dev.langchain4j.model.chat.StreamingChatModel;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates an agent's model when it is first needed, so that a runner without an endpoint can still
 * serve other agents.
 */
public final class Models implements Supplier<StreamingChatModel> {
  private final Supplier<StreamingChatModel> maker;
  private volatile @Nullable StreamingChatModel made;

  private Models(Supplier<StreamingChatModel> maker) {
    this.maker = maker;
  }

  /**
   * The endpoint that the environment names; without one each use fails, saying what is missing.
   */
  public static Models endpoint(UnaryOperator<@Nullable String> environment) {
    return new Models(() -> new OpenAiModel(Endpoint.from(environment)));
  }

  /** The endpoint that the environment names; without one the model that is built in. */
  public static Models endpointOrBuiltIn(UnaryOperator<@Nullable String> environment) {
    return new Models(
        () ->
            Endpoint.isWanted(environment)
                ? new OpenAiModel(Endpoint.from(environment))
                : new BuiltInModel());
  }

  /** Two threads may make one each at first; either will do. */
  @Override
  public StreamingChatModel get() {
    var known = made;
    if (known == null) {
      known = maker.get();
      made = known;
    }
    return known;
  }
}
