package dev.sluice.client;

/**
 * Submits runs and awaits their ends; over HTTP or over Kafka alone. Safe for use by any number of
 * threads, virtual ones included. Calls block.
 */
public interface Submitter extends AutoCloseable {
  /**
   * Submits a run. Returns when Kafka has it, acknowledged by all in-sync replicas; whether the
   * gate accepts it is told by its end, which is {@link RunStatus#REJECTED} if not.
   *
   * <p>A submission without an id of its own gets one here, so that it may be sent any number of
   * times and is one run: whoever calls this again after an exception should call it with {@link
   * SluiceException#runId()}.
   *
   * @throws SluiceException if it was not accepted, or that is not known
   * @throws IllegalArgumentException if the input is of a type that this way cannot carry
   */
  SubmittedRun submit(Submission submission);

  /** Ends what it has under way: calls that wait fail with {@link SluiceException.Unavailable}. */
  @Override
  void close();
}
