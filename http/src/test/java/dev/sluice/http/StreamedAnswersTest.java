package dev.sluice.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Streamed;
import dev.sluice.http.route.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that are written while they come about. */
final class StreamedAnswersTest {
  private static final String END = "end";
  private static final String BREAK = "break";

  private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicBoolean dropped = new AtomicBoolean();
  private final AtomicBoolean onVirtualThread = new AtomicBoolean();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  @BeforeEach
  void start() {
    var limits =
        new HttpLimits(
            300,
            4,
            2,
            64L * 1024 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMillis(1_500));
    server =
        HttpServer.start(
            new HttpConfig("test", "127.0.0.1", 0, Set.of(), limits),
            List.of(
                Route.get("/stream", request -> new Streamed("text/plain", Map.of(), body())),
                Route.get("/plain", request -> Answer.json(200, "1"))),
            status -> {},
            Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    pieces.add(END);
    server.close();
    client.close();
  }

  private Streamed.Body body() {
    return new Streamed.Body() {
      @Override
      public boolean write(Streamed.Pieces out) throws IOException, InterruptedException {
        onVirtualThread.set(Thread.currentThread().isVirtual());
        out.whenGone(gone::countDown);
        try {
          for (var piece = pieces.take(); !piece.equals(END); piece = pieces.take()) {
            if (piece.equals(BREAK)) {
              return false;
            }
            out.write(piece.getBytes(UTF_8));
          }
          return true;
        } finally {
          over.countDown();
        }
      }

      @Override
      public void dropped() {
        dropped.set(true);
      }
    };
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(RawCaller.BOUND).build();
  }

  private static boolean await(CountDownLatch latch) throws InterruptedException {
    return latch.await(RawCaller.BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aPieceIsThereBeforeTheNextOneIsWritten() throws Exception {
    var answer = client.send(request("/stream"), BodyHandlers.ofInputStream());
    assertThat(answer.headers().firstValue("transfer-encoding")).contains("chunked");
    try (var in = answer.body()) {
      for (var piece : List.of("one", "two", "three")) {
        pieces.add(piece);
        assertThat(new String(in.readNBytes(piece.length()), UTF_8)).isEqualTo(piece);
      }
      pieces.add(END);

      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(onVirtualThread).as("its first thread answers requests").isTrue();
  }

  @Test
  void whatBreaksOffIsNotTakenForWhole() throws Exception {
    pieces.addAll(List.of("one", BREAK));

    assertThatThrownBy(() -> client.send(request("/stream"), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anOldCallerReadsToTheEndOfTheConnection() throws Exception {
    pieces.addAll(List.of("one", "two", END));
    try (var caller = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      caller.getOutputStream().write("GET /stream HTTP/1.0\r\n\r\n".getBytes(UTF_8));

      var answer = new String(caller.getInputStream().readAllBytes(), UTF_8);

      assertThat(answer).doesNotContain("chunked").endsWith("\r\n\r\nonetwo");
    }
  }

  @Test
  void aCallerWhoLeavesIsNoticedThoughNothingIsWritten() throws Exception {
    var answer = client.send(request("/stream"), BodyHandlers.ofInputStream());
    assertThat(gone.getCount()).isEqualTo(1);

    answer.body().close();
    client.shutdownNow();

    assertThat(await(gone)).isTrue();
  }

  @Test
  void aCallerWhoReadsNothingIsCutOff() throws Exception {
    var piece = "x".repeat(1024 * 1024);
    for (int i = 0; i < 64; i++) {
      pieces.add(piece);
    }
    try (var caller = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      caller
          .getOutputStream()
          .write("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));

      assertThat(await(over)).isTrue();
    }
    assertThat(pieces).isNotEmpty();
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> server.connections() == 0);
  }

  @Test
  void whoAsksForHeadersGetsNoBodyAndTheBodyIsToldSo() throws Exception {
    var head = RawCaller.ask(uri("/"), "HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(head.status()).isEqualTo(200);
    Awaitility.await().atMost(RawCaller.BOUND).untilTrue(dropped);
  }

  /** More streams than requests at once, and than threads for requests. */
  @Test
  void streamsTakeNothingThatRequestsNeed() throws Exception {
    int many = 200;
    for (int i = 0; i < many; i++) {
      var answer = client.send(request("/stream"), BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
    }

    assertThat(client.send(request("/plain"), BodyHandlers.ofString()).body()).isEqualTo("1");
    assertThat(server.connections()).isGreaterThanOrEqualTo(many);
    for (int i = 0; i < many; i++) {
      pieces.add(END);
    }
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> server.connections() <= 2);
  }
}
