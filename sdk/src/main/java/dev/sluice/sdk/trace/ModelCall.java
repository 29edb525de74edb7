package dev.sluice.sdk.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a language model. What is null is not known, and is left out of the span.
 *
 * @param provider who serves the model, such as {@code openai}
 * @param model the one that was asked for
 * @param maxTokens the most that the answer may have
 * @param answer what the provider said about its answer; null before there is one
 * @param usage the tokens that the provider counted
 */
public record ModelCall(
    String provider,
    String model,
    @Nullable Integer maxTokens,
    @Nullable Answer answer,
    @Nullable Usage usage)
    implements Operation {
  /**
   * An answer.
   *
   * @param model the one that answered, such as a dated version of the one that was asked for
   * @param id the provider's name for the answer
   * @param finishReasons why it ended, such as {@code stop}; one for each choice
   */
  public record Answer(@Nullable String model, @Nullable String id, List<String> finishReasons) {
    public Answer {
      finishReasons = List.copyOf(finishReasons);
    }
  }

  /**
   * Tokens.
   *
   * @param input all of the request, those that came from a cache among them
   * @param output those of the answer
   * @param cacheRead of the input, those that the provider had in its cache
   * @param cacheCreation of the input, those that it put there
   */
  public record Usage(
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long cacheRead,
      @Nullable Long cacheCreation) {
    /** Of a provider that says nothing about caches. */
    public static Usage of(@Nullable Long input, @Nullable Long output) {
      return new Usage(input, output, null, null);
    }
  }

  /** A call of which nothing else is known yet. */
  public static ModelCall of(String provider, String model) {
    return new ModelCall(provider, model, null, null, null);
  }

  /** The same, with the most tokens that the answer may have. */
  public ModelCall atMost(@Nullable Integer tokens) {
    return new ModelCall(provider, model, tokens, answer, usage);
  }

  /** The same, answered. */
  public ModelCall answered(Answer by, @Nullable Usage tokens) {
    return new ModelCall(provider, model, maxTokens, by, tokens);
  }
}
