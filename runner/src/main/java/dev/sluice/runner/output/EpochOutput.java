package dev.sluice.runner.output;

import dev.sluice.contract.Bounds;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.v1.Output;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What one epoch emits: numbered, and small texts put together. For any thread; none waits for more
 * than another's copying.
 */
public final class EpochOutput {
  static final String TEXT = "text/plain";

  /** Of a chunk of text: at most three bytes of UTF-8 each. */
  private static final int CHUNK_CHARS = Bounds.CHUNK_BYTES / 4;

  private final RunRef ref;
  private final String incarnation;
  private final int partition;
  private final OutputSink sink;
  private final StringBuilder text = new StringBuilder();
  private @Nullable EmittedAt textAt;
  private long count;
  private long bytes;
  private boolean closed;

  /** Whether the sink has yet to call {@link #flushAsked}: it is asked once at a time. */
  private boolean isFlushAsked;

  /**
   * Of an epoch that begins.
   *
   * @param partition the gate's
   */
  public EpochOutput(RunRef ref, String incarnation, int partition, OutputSink sink) {
    this.ref = ref;
    this.incarnation = incarnation;
    this.partition = partition;
    this.sink = sink;
  }

  /** Emits text, together with what follows in a moment at the same place. */
  public synchronized void text(String more, EmittedAt at) {
    if (closed || more.isEmpty()) {
      return;
    }
    if (!at.equals(textAt)) {
      flush();
    }
    boolean isFirst = text.isEmpty();
    append(more, at);
    if (isFirst && !text.isEmpty() && !isFlushAsked) {
      isFlushAsked = true;
      sink.flushSoon(this);
    }
  }

  private void append(String more, EmittedAt at) {
    int from = 0;
    while (from < more.length()) {
      int to = end(more, from);
      text.append(more, from, to);
      textAt = at;
      from = to;
      if (from < more.length() || text.length() >= CHUNK_CHARS - 1) {
        flush(); // so there is always room for a pair
      }
    }
  }

  /** How much of it fits, without half of a surrogate pair. */
  private int end(String more, int from) {
    int to = Math.min(more.length(), from + CHUNK_CHARS - text.length());
    boolean splitsPair = to < more.length() && Character.isLowSurrogate(more.charAt(to));
    return splitsPair ? to - 1 : to;
  }

  /**
   * Emits bytes as one chunk.
   *
   * @throws IllegalArgumentException if there are too many, or their type is none
   */
  public synchronized void bytes(byte[] chunk, String contentType, EmittedAt at) {
    if (chunk.length > Bounds.CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "a chunk has at most %d bytes, got %d".formatted(Bounds.CHUNK_BYTES, chunk.length));
    }
    if (!contentType.matches("[!-~][ -~]{0," + (Bounds.CONTENT_TYPE_CHARS - 1) + "}")) {
      throw new IllegalArgumentException(
          "a content type has 1 to %d characters of visible ASCII"
              .formatted(Bounds.CONTENT_TYPE_CHARS));
    }
    if (!closed) {
      flush();
      send(chunk.clone(), contentType, at);
    }
  }

  /** What the sink was asked for: hands over the text that waits for more. */
  public synchronized void flushAsked() {
    isFlushAsked = false;
    flush();
  }

  /** Hands over the text that waits for more. */
  private void flush() {
    var at = textAt;
    if (at != null && !text.isEmpty()) {
      send(text.toString().getBytes(StandardCharsets.UTF_8), TEXT, at);
      text.setLength(0);
    }
    textAt = null;
  }

  /** A chunk that goes beyond the bound has its number all the same: it is seen to be missing. */
  private void send(byte[] chunk, String type, EmittedAt at) {
    count++;
    bytes += chunk.length;
    if (bytes <= Bounds.EMITTED_BYTES) {
      sink.send(
          new Output(
              ref.tenant(),
              ref.runId(),
              ref.epoch(),
              incarnation,
              count,
              ByteBuffer.wrap(chunk),
              type,
              at.position(),
              at.step()),
          partition);
    }
  }

  /** Hands over what is left and takes no more; returns how many chunks there were. */
  public synchronized long close() {
    flush();
    closed = true;
    return count;
  }
}
