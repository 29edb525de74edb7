package dev.sluice.http.wire;

import dev.sluice.contract.Texts;
import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.message.Headers;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.message.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Reads a body of a declared length or in chunks (RFC 9112 §7.1), up to a bound. */
public final class BodyReader {
  /** Little, for most of what is announced by one who means no good never comes. */
  private static final int FIRST = 512;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_CHUNK_LINE = 256;
  private static final int MOST_OVERHEAD = 64 * 1024;
  private static final int LONGEST_SIZE = 8;

  private final Wire wire;
  private final int most;
  private final IntConsumer progress;
  private byte[] bytes = new byte[0];
  private int count;

  /**
   * Reads from {@code wire}.
   *
   * @param most bytes of the body
   * @param progress told how many are about to be kept
   */
  public BodyReader(Wire wire, int most, IntConsumer progress) {
    this.wire = wire;
    this.most = most;
    this.progress = progress;
  }

  /**
   * The body.
   *
   * @param length as told; {@link RequestHead#CHUNKED} for chunks
   * @return null if the input ends before the body does
   * @throws Problem 413 if it is too large, 400 if its chunks are malformed
   */
  public byte @Nullable [] read(long length) throws IOException {
    boolean whole = length == RequestHead.CHUNKED ? chunks() : take(length, length);
    if (!whole) {
      return null;
    }
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }

  /**
   * Tells a caller that asks whether it may send a body that it may.
   *
   * @throws Problem 417 if it expects something else
   */
  public static void answerExpectation(RequestHead head, Wire wire) throws IOException {
    var expected = head.headers().one("expect");
    if (expected == null) {
      return;
    }
    if (!expected.equalsIgnoreCase("100-continue")) {
      throw Problem.expectationFailed("Expect may be 100-continue, got " + Texts.quoted(expected));
    }
    wire.write(CONTINUE);
  }

  public static Problem tooLarge(int most) {
    return Problem.tooLarge("a body must be at most " + most + " bytes");
  }

  private boolean take(long length, long expected) throws IOException {
    if (length > most - count) {
      throw tooLarge(most);
    }
    int end = count + (int) length;
    while (count < end) {
      makeRoom(expected);
      int read = wire.read(bytes, count, Math.min(bytes.length, end) - count);
      if (read < 0) {
        return false;
      }
      count += read;
    }
    return true;
  }

  /** Grows with what has come, not with what was promised. */
  private void makeRoom(long expected) {
    if (count == bytes.length) {
      int size = (int) Math.min(Math.max(FIRST, bytes.length * 2L), expected);
      progress.accept(size);
      bytes = Arrays.copyOf(bytes, size);
    }
  }

  private boolean chunks() throws IOException {
    int overhead = 0;
    while (true) {
      var line = wire.line(LONGEST_CHUNK_LINE, BodyReader::lineTooLong);
      if (line == null) {
        return false;
      }
      overhead += line.length();
      // As much again as the body, for chunks may be small, and no more.
      if (overhead > MOST_OVERHEAD + count) {
        throw Problem.badRequest("the chunk headers are larger than the chunks");
      }
      long size = size(line);
      if (size == 0) {
        return trailers();
      }
      if (!take(size, most)) {
        return false;
      }
      var end = wire.line(0, BodyReader::noEnd);
      if (end == null) {
        return false;
      }
    }
  }

  private static Problem lineTooLong() {
    return Problem.badRequest("a chunk's line has at most " + LONGEST_CHUNK_LINE + " characters");
  }

  private static Problem noEnd() {
    return Problem.badRequest("a chunk must end with CR LF");
  }

  private static Problem trailersTooLarge() {
    return Problem.headTooLarge("trailers have at most " + HttpLimits.HEAD_BYTES + " bytes");
  }

  private static long size(String line) {
    int semicolon = line.indexOf(';');
    var digits = Tokens.trim(semicolon < 0 ? line : line.substring(0, semicolon));
    if (!digits.matches("[0-9A-Fa-f]{1,16}")) {
      throw Problem.badRequest("a chunk's size must be hexadecimal, got " + Texts.quoted(line));
    }
    return digits.length() > LONGEST_SIZE ? Long.MAX_VALUE : Long.parseLong(digits, 16);
  }

  /** Checks and discards the trailers, which we do not use. */
  private boolean trailers() throws IOException {
    var trailers = new Headers();
    int left = HttpLimits.HEAD_BYTES;
    while (true) {
      var line = wire.line(left, BodyReader::trailersTooLarge);
      if (line == null || line.isEmpty()) {
        return line != null;
      }
      trailers.add(line);
      left -= line.length() + 2;
    }
  }
}
