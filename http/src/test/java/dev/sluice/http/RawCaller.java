package dev.sluice.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Sends bytes, whether they are a request or not, and reads what is answered. */
public final class RawCaller implements AutoCloseable {
  /** Longer than any time-out of the servers that tests start. */
  public static final Duration BOUND = Duration.ofSeconds(60);

  /**
   * An answer.
   *
   * @param status 0 if the connection was closed without one
   */
  public record Reply(int status, Map<String, String> headers, String body) {
    static final Reply NONE = new Reply(0, Map.of(), "");

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Whether it is a problem (RFC 9457) of its own status. */
    public boolean isProblem() {
      return header("Content-Type").equals("application/problem+json")
          && body.contains("\"status\":" + status)
          && body.contains("\"detail\":\"");
    }
  }

  private final Socket socket = new Socket();

  public RawCaller(URI server) throws IOException {
    socket.setSoTimeout((int) BOUND.toMillis());
    socket.setTcpNoDelay(true);
    var address = new InetSocketAddress(server.getHost(), server.getPort());
    socket.connect(address, (int) BOUND.toMillis());
  }

  /** One request and its answer, on a connection of its own. */
  public static Reply ask(URI server, String request) throws IOException {
    try (var caller = new RawCaller(server)) {
      return caller.send(request).read(request.startsWith("HEAD"));
    }
  }

  /** Characters are sent as the bytes of ISO 8859-1. */
  public RawCaller send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What the server closed before all was sent is not sent. */
  public RawCaller send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException closed) {
      // its answer may still be there
    }
    return this;
  }

  /** Sends no more. */
  public RawCaller end() throws IOException {
    if (!socket.isClosed() && !socket.isOutputShutdown()) {
      try {
        socket.shutdownOutput();
      } catch (SocketException closed) {
        // by the server
      }
    }
    return this;
  }

  public Reply read() throws IOException {
    return read(false);
  }

  /**
   * The next answer.
   *
   * @param headOnly whether it has no body, whatever its header says
   * @throws SocketTimeoutException if there is neither an answer nor an end
   */
  public Reply read(boolean headOnly) throws IOException {
    try {
      var in = socket.getInputStream();
      var line = line(in);
      while (line.startsWith("HTTP/1.1 100")) {
        line(in);
        line = line(in);
      }
      if (line.isEmpty()) {
        return Reply.NONE;
      }
      int status = Integer.parseInt(line.substring(9, 12));
      var headers = new HashMap<String, String>();
      for (line = line(in); !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(": ");
        headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
      }
      int length = headOnly ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
      var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return new Reply(status, headers, body);
    } catch (SocketException reset) {
      return Reply.NONE;
    }
  }

  /** Whether the server has closed the connection, or does so within the bound. */
  public boolean isClosed() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
