package dev.sluice.bench.deployed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/** Accepts every submission and forgets it; serves one connection. */
final class EchoServer implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.UTF_8);

  private final ServerSocket server;

  EchoServer() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("echo").start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    try (var caller = server.accept();
        var in =
            new BufferedReader(
                new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        // A body has no end of line: it is the beginning of the next line.
        if (line.isEmpty()) {
          caller.getOutputStream().write(ANSWER);
        }
      }
    } catch (IOException e) {
      // The caller has gone.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
