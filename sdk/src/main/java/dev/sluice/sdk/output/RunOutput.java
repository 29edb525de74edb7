package dev.sluice.sdk.output;

/** What a run shows while it executes. May be called inside a step, by any thread. */
public interface RunOutput {
  /**
   * Shows text to whoever watches the run, such as the tokens of a model as they come. It is no
   * result: nothing of it is journaled, and it takes no position.
   *
   * <p>It is sent within about 10 ms, together with what follows at once, and never waits for
   * Kafka. Chunks are lost if Kafka or this worker fails, if the worker has 8 MiB of them to send,
   * and beyond 16 MiB of an epoch; who watches learns that some are missing. None of that fails the
   * run.
   *
   * <p>Silent in replay: what an earlier epoch has passed is not emitted again. A step that
   * executes again emits again, in the new epoch, and so does code that stands behind the last
   * position before a wait or a kill. Chunks carry their epoch and their position in the code, so a
   * reader can replace what it was shown before. What is emitted when the epoch has ended is
   * dropped.
   *
   * @param text of any length; more than 64 KiB becomes several chunks
   */
  void emit(String text);

  /**
   * Shows bytes, as one chunk. Else as {@link #emit(String)}.
   *
   * @param chunk at most 64 KiB (65,536 bytes)
   * @param contentType its media type, 1 to 256 characters of visible ASCII, such as {@code
   *     image/png}
   * @throws IllegalArgumentException if one of them breaks these rules
   */
  void emit(byte[] chunk, String contentType);
}
