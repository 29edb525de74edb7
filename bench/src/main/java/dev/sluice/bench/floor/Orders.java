package dev.sluice.bench.floor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A loopback port on which the bench sends orders to a process of the floor, one per line. */
final class Orders implements AutoCloseable {
  /** Carries out an order, given in words; the answer is numbers. */
  interface Work {
    long[] perform(List<String> words) throws Exception;
  }

  private final ServerSocket server;
  private final Work work;

  Orders(String process, Work work) {
    this.work = work;
    try {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
    Thread.ofPlatform().daemon().name("orders-" + process).start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (var caller = server.accept()) {
        caller.setTcpNoDelay(true);
        answer(caller);
      } catch (IOException e) {
        // The caller, or this process, is at its end.
      }
    }
  }

  private void answer(Socket caller) throws IOException {
    var in =
        new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var text = performed(List.of(line.split(" ", -1))) + "\n";
      caller.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String performed(List<String> words) {
    try {
      return Arrays.stream(work.perform(words))
          .mapToObj(Long::toString)
          .collect(Collectors.joining(" "));
    } catch (Exception e) {
      return "failed " + e.toString().replace('\n', ' ');
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a port", e);
    }
  }
}
