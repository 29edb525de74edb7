package dev.sluice.http.wire;

import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.message.Problem;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/** Answers a connection for which there is no room, without reading from it. */
public final class Refusal {
  private static final int WAIT_MS = 500;
  private static final Semaphore AT_ONCE = new Semaphore(64);

  private Refusal() {}

  public static void of(Socket socket) {
    if (!AT_ONCE.tryAcquire()) {
      close(socket);
      return;
    }
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer(socket);
              } finally {
                close(socket);
                AT_ONCE.release();
              }
            });
  }

  private static void answer(Socket socket) {
    var problem = Problem.unavailable("too many connections are open; try again in a second");
    try {
      // Fits into what the system sends by itself: it waits for nobody.
      socket.getOutputStream().write(AnswerBytes.of(problem.answer(), false, false));
      socket.shutdownOutput();
      // Closed with a request unread, the answer would be lost.
      socket.setSoTimeout(WAIT_MS);
      socket.getInputStream().read(new byte[HttpLimits.HEAD_BYTES]);
    } catch (IOException gone) {
      // as good as told
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // closed
    }
  }
}
