package dev.sluice.local.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A question to a model.
 *
 * @param prompt the user's message
 * @param model which model shall answer; null takes the endpoint's default
 * @param maxTokens most tokens of the answer, at least 1
 * @param idempotencyKey the same whenever this very question is asked again after a failure
 */
public record Question(
    String prompt, @Nullable String model, int maxTokens, String idempotencyKey) {
  /** What chat templates add to a single message is less than this, in tokens. */
  private static final int TEMPLATE_TOKENS = 64;

  private static final int BYTES_PER_TOKEN = 4;

  public Question {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, got " + maxTokens);
    }
  }

  /**
   * The most tokens that an answer can cost. Tokenizers cut bytes into pieces of at least one byte,
   * so this is a bound, not a guess: a call that has been paid for always fits what was declared.
   */
  public long mostTokens() {
    return bytes(prompt) + TEMPLATE_TOKENS + maxTokens;
  }

  public Question halfAsLong() {
    return new Question(prompt, model, Math.max(1, maxTokens / 2), idempotencyKey);
  }

  /** What the question and this much of an answer probably cost, where nobody tells. */
  long likelyTokens(String answered) {
    long likely = (bytes(prompt) + bytes(answered)) / BYTES_PER_TOKEN + 1;
    return Math.min(likely, mostTokens());
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
