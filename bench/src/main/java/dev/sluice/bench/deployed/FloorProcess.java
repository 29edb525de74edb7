package dev.sluice.bench.deployed;

import dev.sluice.bench.measure.Sample;
import dev.sluice.local.stack.Child;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A process of the floor. It takes one order per line and answers with durations. */
final class FloorProcess implements AutoCloseable {
  private static final int BUFFER = 1 << 20;

  private final Socket socket;
  private final BufferedReader in;

  FloorProcess(Child child) throws IOException {
    int port = Integer.parseInt(child.awaitReady());
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), BUFFER);
  }

  void tell(String order) throws IOException {
    socket.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** To one order; in the order in which they were told. */
  Sample answer() throws IOException {
    var line = in.readLine();
    if (line == null || line.startsWith("failed")) {
      throw new IOException("a process of the floor " + (line == null ? "ended" : line));
    }
    return Sample.of(Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray());
  }

  Sample ask(String order) throws IOException {
    tell(order);
    return answer();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
