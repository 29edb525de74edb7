package dev.sluice.http.wire;

import dev.sluice.contract.Texts;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Reply;
import dev.sluice.http.message.Statuses;
import dev.sluice.http.message.Streamed;
import dev.sluice.http.message.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** Encodes an answer for the wire. */
public final class AnswerBytes {
  private static final int TOGETHER = 16 * 1024;

  private record Second(long number, String text) {}

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private static volatile Second now = new Second(0, "");

  private AnswerBytes() {}

  /** Whether the body is not among the bytes of the answer. */
  public static boolean isApart(Answer answer) {
    return answer.body().length > TOGETHER;
  }

  /** The header, and a small body with it. */
  public static byte[] of(Answer answer, boolean headOnly, boolean goesOn) {
    byte[] head = head(answer, goesOn).getBytes(StandardCharsets.US_ASCII);
    if (headOnly || isApart(answer)) {
      return head;
    }
    byte[] all = Arrays.copyOf(head, head.length + answer.body().length);
    System.arraycopy(answer.body(), 0, all, head.length, answer.body().length);
    return all;
  }

  /**
   * The header of an answer that is streamed, behind which the connection ends.
   *
   * @param chunked whether the body tells its own end; else it ends with the connection
   */
  public static byte[] of(Streamed answer, boolean chunked) {
    var head = begin(answer);
    if (chunked) {
      line(head, "Transfer-Encoding", "chunked");
    }
    answer.headers().forEach((name, value) -> line(head, name, value));
    line(head, "Connection", "close");
    return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static StringBuilder begin(Reply answer) {
    var head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(answer.status()).append(' ');
    head.append(Statuses.title(answer.status())).append("\r\n");
    line(head, "Date", date());
    if (!answer.contentType().isEmpty()) {
      line(head, "Content-Type", answer.contentType());
      // A page must not make a script or a document of what is answered here.
      line(head, "X-Content-Type-Options", "nosniff");
    }
    return head;
  }

  private static String head(Answer answer, boolean goesOn) {
    var head = begin(answer);
    if (answer.status() != 204) {
      line(head, "Content-Length", Integer.toString(answer.body().length));
    }
    answer.headers().forEach((name, value) -> line(head, name, value));
    if (!goesOn) {
      line(head, "Connection", "close");
    }
    return head.append("\r\n").toString();
  }

  private static void line(StringBuilder head, String name, String value) {
    if (!Tokens.isVisible(value)) {
      throw new IllegalArgumentException(
          "the header " + name + " cannot be " + Texts.quoted(value));
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static String date() {
    long second = System.currentTimeMillis() / 1_000;
    var last = now;
    if (last.number() != second) {
      var time = Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC);
      last = new Second(second, DATE.format(time));
      now = last;
    }
    return last.text();
  }
}
