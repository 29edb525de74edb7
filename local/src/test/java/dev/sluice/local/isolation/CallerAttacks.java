package dev.sluice.local.isolation;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What somebody may do who can reach the gateway. */
final class CallerAttacks {
  private static final int CONNECTIONS = 2_000;
  private static final String HEAD = "POST /v1/tenants/evil/runs HTTP/1.1\r\nHost: localhost\r\n";

  private CallerAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack(
            "2,000 half-sent headers",
            "connections and memory are held",
            "0038-room-for-those-who-go-on",
            CallerAttacks::halfSent),
        Attack.repeated(
            "bodies of 4 MiB of `{},{},…`",
            "the gateway runs out of memory",
            "0020-own-http-server",
            CallerAttacks::manyObjects),
        new Attack(
            "bodies that never end",
            "the memory for bodies is used up: 503 for all",
            "0038-room-for-those-who-go-on",
            CallerAttacks::endless),
        Attack.repeated(
            "bytes that are not HTTP",
            "the parser fails, the listener ends",
            "0020-own-http-server",
            CallerAttacks::garbage));
  }

  private static void halfSent(Attacker with, BooleanSupplier over) throws IOException {
    hold(with, over, (HEAD + "X-Half: ").getBytes(StandardCharsets.US_ASCII));
  }

  private static void endless(Attacker with, BooleanSupplier over) throws IOException {
    var head =
        HEAD + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{\"agent\":";
    hold(with, over, head.getBytes(StandardCharsets.US_ASCII));
  }

  /** Keeps as many connections as there can be, each of which has sent this. */
  private static void hold(Attacker with, BooleanSupplier over, byte[] begin) throws IOException {
    var held = new ArrayList<Socket>();
    try {
      while (!over.getAsBoolean()) {
        if (held.size() == CONNECTIONS) {
          held.remove(0).close();
          with.pause(5);
        }
        held.add(with.connect());
        send(held.get(held.size() - 1), begin);
      }
    } finally {
      for (var socket : held) {
        socket.close();
      }
    }
  }

  private static void manyObjects(Attacker with, int number) throws IOException {
    var body = "{\"agent\":\"echo\",\"input\":[" + "{},".repeat(1_400_000) + "{}]}";
    var head = HEAD + "Content-Type: application/json\r\nContent-Length: " + body.length();
    var sockets = new ArrayList<Socket>();
    for (int i = 0; i < 4; i++) {
      sockets.add(with.connect());
      var bytes = (head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
      send(sockets.get(i), bytes);
    }
    for (var socket : sockets) {
      socket.close();
    }
  }

  private static void garbage(Attacker with, int number) throws IOException {
    try (var socket = with.connect()) {
      send(socket, with.noise(1 + with.random.nextInt(2_000)));
    }
  }

  /** Sends what the other side takes; that it closes the connection is its right. */
  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException refused) {
      // the next one
    }
  }
}
