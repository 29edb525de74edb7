package dev.sluice.langchain4j;

import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import java.time.Duration;
import java.util.Map;

/**
 * How calls of a model are executed and charged.
 *
 * @param timeout longest time that one try of a call may take
 * @param tries how often a call is tried within an attempt of its run; a limit (429) uses up none
 * @param tokens the meter that the tokens of question and answer are charged to
 * @param calls the meter that each call is charged to
 * @param mostOutputTokens most tokens of an answer, for the charge that a step declares. Used only
 *     where neither the request nor the model bounds its answers
 * @param needsFinishReason whether a streamed answer without a finish reason has broken off
 */
public record CallOptions(
    Duration timeout,
    Tries tries,
    String tokens,
    String calls,
    int mostOutputTokens,
    boolean needsFinishReason) {
  /**
   * Ten minutes, one try, the meters {@code tokens} and {@code calls}, 4,096 tokens; and a streamed
   * answer needs a finish reason.
   */
  public static final CallOptions DEFAULT =
      new CallOptions(Duration.ofMinutes(10), Tries.ONE, "tokens", "calls", 4_096, true);

  public CallOptions {
    if (mostOutputTokens < 1) {
      throw new IllegalArgumentException(
          "mostOutputTokens must be at least 1, got " + mostOutputTokens);
    }
    if (tokens.equals(calls)) {
      throw new IllegalArgumentException(
          "tokens and calls must be charged to two meters, got " + tokens + " for both");
    }
  }

  public CallOptions within(Duration atMost) {
    return new CallOptions(atMost, tries, tokens, calls, mostOutputTokens, needsFinishReason);
  }

  public CallOptions trying(Tries tries) {
    return new CallOptions(timeout, tries, tokens, calls, mostOutputTokens, needsFinishReason);
  }

  /** So many tries with pauses of one second, two, four, … up to a minute. */
  public CallOptions trying(int most) {
    return trying(Tries.of(most));
  }

  public CallOptions charging(String tokens, String calls) {
    return new CallOptions(timeout, tries, tokens, calls, mostOutputTokens, needsFinishReason);
  }

  public CallOptions answering(int mostOutputTokens) {
    return new CallOptions(timeout, tries, tokens, calls, mostOutputTokens, needsFinishReason);
  }

  /**
   * Takes a streamed answer without a finish reason as whole, for models that never give one. What
   * a server or a proxy cut off without an error then looks whole, too.
   */
  public CallOptions withoutFinishReason() {
    return new CallOptions(timeout, tries, tokens, calls, mostOutputTokens, false);
  }

  /** Those of a call that costs at most so many tokens. */
  StepOptions step(long mostTokens) {
    return StepOptions.DEFAULT
        .within(timeout)
        .trying(tries)
        .charging(Map.of(tokens, mostTokens, calls, 1L));
  }
}
