package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.message.Answer;
import dev.sluice.http.route.Route;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Callers who begin and do not go on, in every way there is, more than fit. No time-out of the
 * server helps: it has five minutes for everything.
 */
final class SlowCallersTest {
  private static final int MOST = 1024 * 1024;
  private static final long MEBIBYTE = 1024 * 1024;
  private static final int CONNECTIONS = 300;
  private static final int CALLERS = 600;
  private static final int WAVE = 60;
  private static final String POST =
      "POST /bodies HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  /**
   * Callers of one kind.
   *
   * @param bytes that the server may keep
   * @param sent by each, by its number
   */
  record Kind(String name, long bytes, IntFunction<String> sent) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<RawCaller> callers = new ArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (var caller : callers) {
      caller.close();
    }
    servers.forEach(HttpServer::close);
  }

  private HttpServer start(long bytes) {
    var patient = Duration.ofMinutes(5);
    var limits = new HttpLimits(CONNECTIONS, 64, 8, bytes, patient, patient, patient, patient);
    var routes =
        List.of(
            Route.post("/bodies", MOST, request -> Answer.json(200, "" + request.body().length)),
            Route.get("/large", request -> Answer.json(200, "x".repeat(8 * MOST))));
    var config = new HttpConfig("test", "127.0.0.1", 0, Set.of(), limits);
    var server = HttpServer.start(config, routes, status -> {}, Duration.ofSeconds(5));
    servers.add(server);
    return server;
  }

  private RawCaller caller(HttpServer server) throws IOException {
    return new RawCaller(URI.create("http://127.0.0.1:" + server.port()));
  }

  private static Stream<Kind> kinds() {
    var bounds =
        Stream.of(0, 1, 80, 511, 512, 513, 2_047, 2_049, 8_191, 8_193, 65_535, 65_537, MOST - 1);
    var bodies = bounds.map(sent -> body(sent));
    var others =
        Stream.of(
            small("nothing", i -> ""),
            small("a request line", i -> "GET /" + "x".repeat(i * 13)),
            small("a header line", i -> POST + "X: " + "x".repeat(i * 25)),
            small("header lines", i -> POST + "X: 1\r\n".repeat(i % 90)),
            small("a chunk", i -> CHUNKED + "ffff\r\n" + "x".repeat(i * 100)),
            small("small chunks", i -> CHUNKED + "1\r\nx\r\n".repeat(i)),
            small("trailers", i -> CHUNKED + "0\r\n" + "X: 1\r\n".repeat(i % 90)),
            small("more requests", i -> whole(9).repeat(i % 9) + POST),
            new Kind(
                "no answer read", 24 * MEBIBYTE, i -> "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"),
            mixed(1),
            mixed(2),
            mixed(3));
    return Stream.concat(bodies, others);
  }

  private static Kind body(int sent) {
    var text = POST + "Content-Length: " + MOST + "\r\n\r\n" + "x".repeat(sent);
    return small(sent + " bytes of a body", i -> text);
  }

  private static Kind small(String name, IntFunction<String> sent) {
    return new Kind(name, 3 * MEBIBYTE, sent);
  }

  /** A whole request of which each sends another part. */
  private static Kind mixed(long seed) {
    var random = new SplittableRandom(seed);
    return small(
        "anything, seed " + seed,
        i -> {
          var whole = whole(1 << random.nextInt(18));
          return whole.substring(0, random.nextInt(whole.length()));
        });
  }

  private static String whole(int length) {
    return POST + "Content-Length: " + length + "\r\n\r\n" + "x".repeat(length);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void takeNoRoomFromThoseWhoGoOn(Kind kind) throws Exception {
    var server = start(kind.bytes());
    var random = new SplittableRandom(7);
    var regular = caller(server);
    callers.add(regular);
    for (int i = 0; i < CALLERS; i++) {
      callers.add(caller(server).send(kind.sent().apply(i)));
      if (i % WAVE == WAVE - 1) {
        drip(random);
        assertServed(server, regular);
      }
    }
    assertThat(server.connections()).isLessThanOrEqualTo(CONNECTIONS * 9 / 8 + 1);
    assertEverythingIsGivenBack(server, kind.bytes());
  }

  /** Some of the callers send another byte. */
  private void drip(SplittableRandom random) throws IOException {
    for (int i = 0; i < WAVE; i++) {
      callers.get(1 + random.nextInt(callers.size() - 1)).send("x");
    }
  }

  private void assertServed(HttpServer server, RawCaller regular) throws IOException {
    assertTaken(regular.send(whole(300)).read(), 300);
    for (int length : new int[] {1, 500, 3_000, 20_000, 60_000}) {
      try (var caller = caller(server)) {
        assertTaken(caller.send(whole(length)).read(), length);
      }
    }
  }

  private static void assertTaken(RawCaller.Reply reply, int length) {
    assertThat(reply.status()).as(length + " bytes: " + reply).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("" + length);
  }

  private void assertEverythingIsGivenBack(HttpServer server, long bytes) throws IOException {
    for (var caller : callers) {
      caller.close();
    }
    Awaitility.await()
        .atMost(RawCaller.BOUND)
        .until(() -> server.connections() == 0 && server.bytesLeft() == bytes);
  }

  @Test
  void aFloodOfThemRefusesNobodyWhoWasServedBefore() throws Exception {
    var server = start(3 * MEBIBYTE);
    var over = new AtomicBoolean();
    var regular = caller(server);
    callers.add(regular);
    assertTaken(regular.send(whole(300)).read(), 300);
    var flood = Thread.ofPlatform().start(() -> flood(server, over));
    try {
      for (int i = 0; i < 300; i++) {
        int length = 1 << i % 16;
        assertTaken(regular.send(whole(length)).read(), length);
      }
    } finally {
      over.set(true);
      flood.join();
    }
  }

  /** Bodies that begin, as fast as one thread can, two times as many as there may be. */
  private void flood(HttpServer server, AtomicBoolean over) {
    var random = new SplittableRandom(1);
    var held = new ArrayList<RawCaller>();
    try {
      while (!over.get()) {
        if (held.size() == CALLERS) {
          held.remove(0).close();
        }
        held.add(caller(server).send(whole(MOST).substring(0, 200 + random.nextInt(9_000))));
      }
      for (var caller : held) {
        caller.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatALineWithoutAnEndKeepsIsCountedWhileItComes() throws Exception {
    var server = start(3 * MEBIBYTE);
    var line = POST + "X: " + "x".repeat(15_000);
    for (int i = 0; i < CONNECTIONS - 1; i++) {
      callers.add(caller(server).send(line));
    }
    // Each keeps 14 KiB more than a connection has anyway, and a mebibyte is for such.
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> server.connections() <= 75);
  }
}
