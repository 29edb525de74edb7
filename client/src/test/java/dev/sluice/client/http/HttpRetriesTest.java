package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.client.Payload;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Submission;
import dev.sluice.client.TenantLimits;
import dev.sluice.client.http.FakeGateway.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again and what is not, and that nothing waits for ever. */
@Timeout(60)
final class HttpRetriesTest {
  private static final Retries FEW =
      new Retries(4, Duration.ofSeconds(30), Duration.ofMillis(1), Duration.ofMillis(2));
  private static final Answer ACCEPTED =
      Answer.of(202, "{\"run_id\":\"r\",\"status\":\"SUBMITTED\"}");
  private static final Answer COMMANDED = Answer.of(202, "{\"run_id\":\"r\",\"command_id\":\"c\"}");
  private static final Submission SUBMISSION =
      Submission.of("t", "echo").input(Payload.json("[1.0]")).build();

  private final FakeGateway gateway = new FakeGateway();
  private final SluiceClient client = HttpSluiceClient.connect(gateway.options().trying(FEW));

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 502, 503, 504})
  void aSubmissionIsSentAgainAsTheSameRun(int status) {
    gateway.answering(Answer.problem(status, "x"), Answer.problem(status, "x"), ACCEPTED);

    client.submit(SUBMISSION);

    assertThat(gateway.asked).hasSize(3);
    assertThat(gateway.asked.getFirst().text()).contains("\"run_id\":\"");
    assertThat(gateway.asked)
        .extracting(FakeGateway.Asked::text)
        .containsOnly(gateway.asked.getFirst().text());
  }

  @Test
  void twoSubmissionsAreTwoRuns() {
    gateway.answering(ACCEPTED);

    client.submit(SUBMISSION);
    client.submit(SUBMISSION);

    assertThat(gateway.asked.get(0).text()).isNotEqualTo(gateway.asked.get(1).text());
  }

  @Test
  void aKeyNamesTheRunInsteadOfAnId() {
    gateway.answering(Answer.problem(503, "x"), ACCEPTED);

    client.submit(Submission.of("t", "echo").idempotencyKey("order-7").build());

    assertThat(gateway.asked)
        .hasSize(2)
        .allMatch(one -> "order-7".equals(one.header("Idempotency-Key")));
    assertThat(gateway.asked).noneMatch(one -> one.text().contains("run_id"));
  }

  @Test
  void aConnectionCutInMidAnswerIsAskedAgain() {
    gateway.answering(Answer.cut(), Answer.cut(), ACCEPTED);

    client.submit(SUBMISSION);

    assertThat(gateway.asked).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void theGatewaysPauseIsKept() {
    gateway.answering(Answer.problem(503, "x", "Retry-After", "1"), ACCEPTED);
    long began = System.nanoTime();

    client.submit(SUBMISSION);

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aPauseBeyondTheBoundIsNotWaitedFor() {
    gateway.answering(Answer.problem(503, "later", "Retry-After", "31"));

    var e =
        catchThrowableOfType(SluiceException.Unavailable.class, () -> client.submit(SUBMISSION));

    assertThat(gateway.asked).hasSize(1);
    assertThat(e.retryAfter()).contains(Duration.ofSeconds(31));
  }

  /** A long poll that ends with its gateway has failed only then. */
  @Test
  void theTimeForFurtherTriesBeginsWhenTheFirstHasFailed() {
    var within = Duration.ofMillis(100);
    var retries = new Retries(4, within, Duration.ofMillis(1), Duration.ofMillis(2));
    Answer late =
        exchange -> {
          long untilNs = System.nanoTime() + 2 * within.toNanos();
          for (long left = 1; left > 0; left = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
          }
          Answer.problem(503, "the gateway ends").write(exchange);
        };
    gateway.answering(late, Answer.of(200, "{\"tenant\":\"t\"}"));

    try (var patient = HttpSluiceClient.connect(gateway.options().trying(retries))) {
      assertThat(patient.tenant("t").name()).isEqualTo("t");
    }
    assertThat(gateway.asked).hasSize(2);
  }

  @Test
  void triesAreBoundedAndTheLastAnswerTold() {
    gateway.answering(Answer.problem(503, "Kafka does not answer"));

    var e =
        catchThrowableOfType(SluiceException.Unavailable.class, () -> client.submit(SUBMISSION));

    assertThat(gateway.asked).hasSize(4);
    assertThat(e).hasMessage("Kafka does not answer");
    assertThat(e.status()).isEqualTo(503);
    assertThat(e.runId()).isPresent();
    assertThat(gateway.asked.getFirst().text()).contains(e.runId().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 413, 415, 422, 500})
  void whatWillNotPassIsSentOnce(int status) {
    gateway.answering(Answer.problem(status, "no"));

    assertThatThrownBy(() -> client.submit(SUBMISSION)).isInstanceOf(SluiceException.class);

    assertThat(gateway.asked).hasSize(1);
  }

  @Test
  void aRedriveIsSentOnce() {
    isSentOnce(one -> one.redrive("t", "r"));
    isSentOnce(one -> one.redriveAll(null, null));
  }

  private void isSentOnce(Consumer<SluiceClient> call) {
    for (var answer : new Answer[] {Answer.problem(503, "x"), Answer.cut()}) {
      gateway.answering(answer, COMMANDED);
      assertThatThrownBy(() -> call.accept(client)).isInstanceOf(SluiceException.Unavailable.class);
      assertThat(gateway.asked).hasSize(1);
    }
  }

  @Test
  void aCommandIsSentAgainUnderItsKey() {
    isSentAgain(one -> one.cancel("t", "r"));
    isSentAgain(one -> one.signal("t", "r", "go", Payload.nothing()));
    isSentAgain(one -> one.signal("t", "r", "go", Payload.nothing(), "mine"));
    assertThat(gateway.asked.getFirst().header("Idempotency-Key")).isEqualTo("mine");
  }

  private void isSentAgain(Consumer<SluiceClient> call) {
    gateway.answering(Answer.problem(503, "x"), COMMANDED);

    call.accept(client);

    assertThat(gateway.asked).hasSize(2);
    var keys = gateway.asked.stream().map(one -> one.header("Idempotency-Key")).distinct().toList();
    assertThat(keys).hasSize(1).doesNotContainNull();
  }

  @Test
  void limitsArePutAgain() {
    gateway.answering(
        Answer.problem(503, "x"), Answer.of(200, "{\"tenant\":\"t\",\"at\":\"tenants-0-7\"}"));

    client.putTenant("t", TenantLimits.NONE);

    assertThat(gateway.asked).hasSize(2);
  }

  @Test
  void whatNeverReachedAGatewayIsTriedAgainWhateverItIs() throws IOException {
    var tries = new AtomicInteger();
    var options = HttpOptions.to(nobody()).trying(FEW).withHeaders(() -> counted(tries));
    try (var lonely = HttpSluiceClient.connect(options)) {
      assertThatThrownBy(() -> lonely.redrive("t", "r"))
          .isInstanceOf(SluiceException.Unavailable.class)
          .hasMessage("no gateway answers at " + options.gateway());
    }
    assertThat(tries).hasValue(4);
  }

  /** An address that the system has just given back. */
  private static URI nobody() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
  }

  private static Map<String, String> counted(AtomicInteger tries) {
    tries.incrementAndGet();
    return Map.of();
  }

  @Test
  void headersAreAskedForBeforeEachTry() {
    var tokens = new AtomicInteger();
    var options =
        gateway
            .options()
            .trying(FEW)
            .withHeaders(() -> Map.of("Authorization", "Bearer " + tokens.incrementAndGet()));
    gateway.answering(Answer.problem(503, "x"), ACCEPTED);
    try (var known = HttpSluiceClient.connect(options)) {
      known.submit(SUBMISSION);
    }

    assertThat(gateway.asked)
        .extracting(one -> one.header("Authorization"))
        .containsExactly("Bearer 1", "Bearer 2");
  }

  @Test
  void anAnswerThatIsTooLongIsReadNoFurther() {
    var huge = "{\"x\":\"" + "y".repeat(2_000_000) + "\"}";
    gateway.answering(Answer.of(200, huge));
    try (var small =
        HttpSluiceClient.connect(gateway.options().trying(FEW).readingAtMost(1_000_000))) {
      assertThatThrownBy(() -> small.tenant("t"))
          .isInstanceOf(SluiceException.Unavailable.class)
          .hasMessageContaining("the answer has more than 1000000 bytes");
    }
    assertThat(gateway.asked).hasSize(1);
  }

  @Test
  void anAnswerThatStallsInItsMiddleIsNotWaitedForForever() throws Exception {
    var end = new CountDownLatch(1);
    gateway.answering(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    var options = gateway.options().trying(Retries.NEVER).answeredWithin(Duration.ofMillis(300));
    try (var hasty = HttpSluiceClient.connect(options)) {
      assertThatThrownBy(() -> hasty.tenant("t"))
          .isInstanceOf(SluiceException.Unavailable.class)
          .hasMessageContaining("no answer within PT0.3S");
    } finally {
      end.countDown();
    }
  }

  @Test
  void whoeverWaitsIsToldWhenTheClientIsClosed() throws Exception {
    var isAsked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    gateway.answering(
        exchange -> {
          isAsked.countDown();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    var failure = new AtomicReference<Throwable>();
    var waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.await("t", "r", Duration.ofMinutes(5));
                  } catch (SluiceException e) {
                    failure.set(e);
                  }
                });
    isAsked.await();

    client.close();

    waiting.join();
    end.countDown();
    assertThat(failure.get()).isInstanceOf(SluiceException.Unavailable.class);
    assertThatThrownBy(() -> client.tenant("t")).hasMessage("the client is closed");
  }

  @Test
  void anInterruptEndsAWaitAndStaysSet() {
    gateway.answering(Answer.problem(503, "x", "Retry-After", "20"));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> client.tenant("t"))
          .isInstanceOf(SluiceException.Unavailable.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
