package dev.sluice.http.wire;

import dev.sluice.http.message.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection. It has no time-outs: to give up a connection, close its input, which
 * then reads as the end of the stream.
 */
public final class Wire {
  private static final int SMALLEST = 2 * 1024;
  private static final int PIECE = 64 * 1024;

  /** Listens to what happens to the bytes. */
  public interface Watcher {
    /** From now on, the other side must send, or read what is written. */
    void waits();

    /** So many were read or written; it is our turn again. */
    void moves(int bytes);

    /**
     * So many are about to be kept, beyond what every connection has.
     *
     * @throws Problem if they must not be
     */
    void keeps(int bytes);
  }

  private final Watcher watcher;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[SMALLEST];
  private int from;
  private int to;

  public Wire(Socket socket, Watcher watcher) throws IOException {
    this.watcher = watcher;
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /** Waits for a byte and leaves it unread; false at the end of the input. */
  public boolean awaitByte() throws IOException {
    return from < to || fill();
  }

  /** Keeps no more than what was read and not yet asked for. */
  public void trim() {
    if (from == to) {
      forget();
    }
  }

  private void forget() {
    if (buffer.length > SMALLEST) {
      buffer = new byte[SMALLEST];
    }
    from = 0;
    to = 0;
  }

  private boolean fill() throws IOException {
    if (to == buffer.length) {
      if (from > 0) {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
      } else {
        watcher.keeps(buffer.length * 2 - SMALLEST);
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
    }
    int count = receive(buffer, to, buffer.length - to);
    to += Math.max(count, 0);
    return count > 0;
  }

  private int receive(byte[] into, int offset, int length) throws IOException {
    watcher.waits();
    int count = in.read(into, offset, length);
    watcher.moves(Math.max(count, 0));
    return count;
  }

  /**
   * The next line without its end, which is CR LF.
   *
   * @param most bytes of it
   * @param tooLong what is thrown if it has more
   * @return null if the input ends before the line does
   */
  @Nullable String line(int most, Supplier<Problem> tooLong) throws IOException {
    int at = from;
    while (true) {
      while (at < to) {
        if (buffer[at] == '\n') {
          return ended(at);
        }
        if (at - from > most) {
          throw tooLong.get();
        }
        at++;
      }
      int read = at - from;
      if (!fill()) {
        return null;
      }
      at = from + read;
    }
  }

  private String ended(int lineFeed) {
    int end = lineFeed - 1;
    var line = new String(buffer, from, Math.max(0, end - from), StandardCharsets.ISO_8859_1);
    if (end < from || buffer[end] != '\r' || line.indexOf('\r') >= 0) {
      throw Problem.badRequest("a line must end with CR LF, and may have neither elsewhere");
    }
    from = lineFeed + 1;
    return line;
  }

  /** Bytes that are kept for what is read now, beyond what every connection has. */
  public int kept() {
    return buffer.length - SMALLEST;
  }

  /** Reads at least one byte; the number read, or -1 at the end of the input. */
  public int read(byte[] into, int offset, int length) throws IOException {
    if (from == to) {
      return receive(into, offset, length);
    }
    int count = Math.min(length, to - from);
    System.arraycopy(buffer, from, into, offset, count);
    from += count;
    return count;
  }

  /** Reads and discards; returns the number of bytes, or -1 at the end of the input. */
  public int skip() throws IOException {
    forget();
    return receive(buffer, 0, buffer.length);
  }

  public void write(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += PIECE) {
      int count = Math.min(PIECE, bytes.length - at);
      watcher.waits();
      out.write(bytes, at, count);
      watcher.moves(count);
    }
  }
}
