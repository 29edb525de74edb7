package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.client.Payload;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Submission;
import dev.sluice.client.http.FakeGateway.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller is told of an answer that is an error, or no answer of a gateway's. */
final class HttpErrorsTest {
  private static final String PACKAGE = SluiceException.class.getName() + "$";

  private final FakeGateway gateway = new FakeGateway();
  private final SluiceClient client =
      HttpSluiceClient.connect(gateway.options().trying(Retries.NEVER));

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400, Refused",
    "403, Refused",
    "404, NotFound",
    "405, Refused",
    "408, Unavailable",
    "409, Conflict",
    "413, Refused",
    "415, Refused",
    "422, Conflict",
    "429, TooMany",
    "431, Refused",
    "500, Unavailable",
    "501, Unavailable",
    "507, Unavailable",
    "520, Unavailable",
    "524, Unavailable",
    "502, Unavailable",
    "503, Unavailable",
    "504, Unavailable"
  })
  void eachStatusHasItsException(int status, String type) {
    gateway.answering(Answer.problem(status, "the detail", "Retry-After", "7"));

    var e = catchThrowableOfType(SluiceException.class, () -> client.tenant("t"));

    assertThat(e.getClass().getName()).isEqualTo(PACKAGE + type);
    assertThat(e).hasMessage("the detail");
    assertThat(e.status()).isEqualTo(status);
    assertThat(e.problem().type()).isEqualTo("about:blank");
    assertThat(e.problem().title()).isEqualTo("T");
    assertThat(e.retryAfter()).contains(Duration.ofSeconds(7));
  }

  @Test
  void whatAnExceptionSaysOutlivesItsSerialization() throws Exception {
    gateway.answering(
        Answer.of(
            412,
            "{\"type\":\"urn:x\",\"title\":\"A\",\"detail\":\"d\",\"at\":\"tenants-0-7\"}",
            "Retry-After",
            "7"));
    var e = catchThrowableOfType(SluiceException.class, () -> client.tenant("t"));
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
    }

    SluiceException read;
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      read = (SluiceException) in.readObject();
    }

    assertThat(read.problem()).isEqualTo(e.problem());
    assertThat(read.problem().at()).isEqualTo("tenants-0-7");
    assertThat(read.runId()).isEmpty();
    assertThat(read.retryAfter()).contains(Duration.ofSeconds(7));
  }

  @Test
  void aRefusedSubmissionNamesItsRun() {
    gateway.answering(
        Answer.of(
            503,
            "{\"type\":\"urn:x\",\"title\":\"A\",\"status\":503,\"detail\":\"d\",\"run_id\":\"key-1\"}"));
    var keyed = Submission.of("t", "echo").idempotencyKey("k").build();

    var e = catchThrowableOfType(SluiceException.class, () -> client.submit(keyed));

    assertThat(e.runId()).contains("key-1");
    assertThat(e.problem().type()).isEqualTo("urn:x");
  }

  @Test
  void aProxysPageIsQuotedInShort() {
    gateway.answering(Answer.of(502, "<html>" + "x".repeat(5_000)));

    var e = catchThrowableOfType(SluiceException.class, () -> client.tenant("t"));

    assertThat(e.getMessage()).startsWith("status 502: <html>xxx").hasSize(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"tenant\":7}",
        "{\"tenant\":\"t\",\"oldest_held\":\"soon\"}",
        "{\"tenant\":\"t\",\"in_flight\":1.5}",
        "{\"tenant\":\"t\""
      })
  void anAnswerThatIsNoTenantIsNoGateways(String body) {
    gateway.answering(Answer.of(200, body));

    assertThatThrownBy(() -> client.tenant("t"))
        .isInstanceOf(SluiceException.Unavailable.class)
        .hasMessageContaining("not a gateway's");
  }

  @Test
  void aFieldOrAWordThatANewerGatewayHasIsNoError() {
    gateway.answering(
        Answer.of(
            200,
            "{\"tenant\":\"t\",\"run_id\":\"r\",\"status\":\"SLEEPING\",\"mood\":{\"a\":[1]}}"));

    var run = client.get("t", "r").orElseThrow();

    assertThat(run.status()).isEqualTo(dev.sluice.client.RunStatus.UNKNOWN);
    assertThat(run.ended()).isEmpty();
  }

  @Test
  void aRedirectIsNotFollowed() {
    gateway.answering(Answer.of(302, "", "Location", "http://127.0.0.1:1/"));

    assertThatThrownBy(() -> client.tenant("t"))
        .isInstanceOfSatisfying(
            SluiceException.Refused.class, e -> assertThat(e.status()).isEqualTo(302));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1},\"agent\":\"other\"", "1 2", "{", "\u0000"})
  void anInputThatWouldSayMoreThanAnInputIsNotSent(String input) {
    var forged = Submission.of("t", "echo").input(Payload.json(input)).build();

    assertThatThrownBy(() -> client.submit(forged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the input is no JSON");
    assertThat(gateway.asked).isEmpty();
  }

  @Test
  void anInputOfAnotherTypeIsForKafkaAlone() {
    var octets = Submission.of("t", "echo").input(Payload.octets(new byte[] {1})).build();

    assertThatThrownBy(() -> client.submit(octets))
        .hasMessage("over HTTP an input must be application/json, got application/octet-stream");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "localhost:8080", "/v1", "http:///x"})
  void anAddressThatIsNoneIsRefusedAtOnce(String address) {
    assertThatThrownBy(() -> HttpSluiceClient.connect(URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be an address of http or https");
  }

  @Test
  void nothingThatIsSaidHasAPasswordOfTheAddress() {
    var secret = URI.create("http://me:hunter2@127.0.0.1:" + gateway.uri().getPort());
    gateway.close();
    try (var client = HttpSluiceClient.connect(HttpOptions.to(secret).trying(Retries.NEVER))) {
      assertThatThrownBy(() -> client.tenant("t"))
          .hasMessageContaining("no gateway answers")
          .hasMessageNotContaining("hunter2");
    }
    assertThat(HttpOptions.to(secret).toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> HttpOptions.to(URI.create("ftp://me:hunter2@host")))
        .hasMessageNotContaining("hunter2");
  }
}
