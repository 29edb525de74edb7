package dev.sluice.http.message;

import java.io.IOException;
import java.util.Map;

/**
 * An answer whose body is written while it comes about, with status 200. It takes a connection for
 * as long as it lasts, and a virtual thread; the connection ends with it.
 */
public record Streamed(String contentType, Map<String, String> headers, Body body)
    implements Reply {
  /** Where a body is written to. */
  public interface Pieces {
    /**
     * Sends a piece, and waits until the caller's system has taken it.
     *
     * @throws IOException if the caller is gone, or takes too long
     */
    void write(byte[] piece) throws IOException;

    /** Has {@code told} run once, by another thread, when the caller is gone. */
    void whenGone(Runnable told);
  }

  /** Writes a body. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes all of it and returns.
     *
     * @return whether it is whole; if not, the caller is made to see that it broke off
     */
    boolean write(Pieces pieces) throws IOException, InterruptedException;

    /** There will be no writing: it was asked for its headers alone, or the caller is gone. */
    default void dropped() {}
  }

  @Override
  public int status() {
    return 200;
  }
}
