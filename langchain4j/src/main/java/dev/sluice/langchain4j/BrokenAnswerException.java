package dev.sluice.langchain4j;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An answer broke off in the middle. It is lost, but the provider will still charge for it. */
final class BrokenAnswerException extends IOException {
  private static final long serialVersionUID = 1L;
  private final long tokens;

  BrokenAnswerException(String message, long tokens, @Nullable Throwable cause) {
    super(message, cause);
    this.tokens = tokens;
  }

  /** What it probably cost; no usage comes with a broken answer. */
  long tokens() {
    return tokens;
  }
}
