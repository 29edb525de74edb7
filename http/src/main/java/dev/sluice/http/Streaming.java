package dev.sluice.http;

import dev.sluice.http.message.Streamed;
import dev.sluice.http.wire.AnswerBytes;
import dev.sluice.http.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Writes an answer that is streamed, and notices when its caller leaves. */
final class Streaming implements Streamed.Pieces {
  private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_OF_LINE = {'\r', '\n'};
  private static final Duration FOR_EVER = Duration.ofDays(1);
  private static final int UNREAD = 1024;

  private final Streamed answer;
  private final boolean chunked;
  private final boolean headOnly;
  private final Socket socket;
  private final Wire wire;
  private final Progress progress;
  private final Duration within;
  private final AtomicBoolean gone = new AtomicBoolean();
  private final AtomicReference<Runnable> told = new AtomicReference<>(() -> {});

  /**
   * How it is written.
   *
   * @param chunked whether the caller knows chunks
   * @param headOnly whether it gets no body
   */
  record Format(boolean chunked, boolean headOnly) {}

  /**
   * @param within longest time that the caller may take to read a piece
   */
  Streaming(
      Streamed answer,
      Format format,
      Socket socket,
      Wire wire,
      Progress progress,
      Duration within) {
    this.answer = answer;
    this.chunked = format.chunked();
    this.headOnly = format.headOnly();
    this.socket = socket;
    this.wire = wire;
    this.progress = progress;
    this.within = within;
  }

  /** Writes all of it; the caller closes the socket. */
  void run() throws IOException {
    boolean written = false;
    try {
      send(AnswerBytes.of(answer, chunked));
      if (headOnly) {
        return;
      }
      Thread.ofVirtual().start(this::awaitEnd);
      written = true;
      boolean whole = answer.body().write(this);
      if (whole && chunked) {
        send(LAST);
      }
      if (!whole && !chunked) {
        socket.setSoLinger(true, 0); // only a reset tells such a caller that something is missing
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      if (!written) {
        answer.body().dropped();
      }
    }
  }

  /** Who streams has nothing more to say: the end of the input is the end of the caller. */
  private void awaitEnd() {
    try {
      var in = socket.getInputStream();
      var unread = new byte[UNREAD];
      while (in.read(unread) >= 0) {
        // whatever it sends is not read any more
      }
    } catch (IOException closed) {
      // gone, or we are
    }
    gone.set(true);
    told.getAndSet(() -> {}).run();
  }

  @Override
  public void whenGone(Runnable listener) {
    told.set(listener);
    if (gone.get()) {
      told.getAndSet(() -> {}).run();
    }
  }

  @Override
  public void write(byte[] piece) throws IOException {
    if (piece.length == 0) {
      return; // would be the last chunk
    }
    if (gone.get()) {
      throw new IOException("the caller is gone");
    }
    send(chunked ? chunk(piece) : piece);
  }

  private static byte[] chunk(byte[] piece) {
    var length = Integer.toHexString(piece.length) + "\r\n";
    var chunk = new ByteArrayOutputStream(piece.length + 16);
    chunk.writeBytes(length.getBytes(StandardCharsets.US_ASCII));
    chunk.writeBytes(piece);
    chunk.writeBytes(END_OF_LINE);
    return chunk.toByteArray();
  }

  private void send(byte[] bytes) throws IOException {
    progress.enter(Progress.Phase.WRITING, within);
    wire.write(bytes);
    progress.enter(Progress.Phase.WORKING, FOR_EVER);
  }
}
