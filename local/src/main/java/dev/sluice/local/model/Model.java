package dev.sluice.local.model;

import java.io.IOException;

/** Answers questions. Safe for use by several threads; a call blocks its thread. */
public interface Model {
  /**
   * Asks once: whoever asks decides about another try.
   *
   * @throws dev.sluice.sdk.RetryLaterException if the model has no room now
   * @throws dev.sluice.sdk.NonRetryableException if the same question will be refused again
   * @throws BrokenAnswerException if the answer broke off; what it cost is to be charged
   * @throws IOException if the model cannot be reached or failed; another try may help
   * @throws InterruptedException if the thread was interrupted; the call is then given up
   */
  Answer ask(Question question) throws IOException, InterruptedException;
}
