package dev.sluice.client.http;

import dev.sluice.contract.Secrets;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Which gateway, and how patiently it is asked.
 *
 * @param gateway its address, {@code http} or {@code https}, with a path if it stands behind one
 * @param connectWithin for a connection
 * @param answerWithin for a whole answer, behind whatever the request lets the gateway wait for
 * @param retries how often what may be sent again is
 * @param maxAnswerBytes a longer answer is read no further
 * @param headers sent with each try and asked for before it, for credentials that change
 * @param tls the certificates to trust and to show; null for the JDK's own
 */
public record HttpOptions(
    URI gateway,
    Duration connectWithin,
    Duration answerWithin,
    Retries retries,
    int maxAnswerBytes,
    Supplier<Map<String, String>> headers,
    @Nullable SSLContext tls) {
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;

  public HttpOptions {
    var scheme = gateway.getScheme();
    boolean isWeb = "http".equals(scheme) || "https".equals(scheme);
    if (!isWeb || gateway.getHost() == null) {
      throw new IllegalArgumentException(
          "the gateway must be an address of http or https, got "
              + Secrets.masked(gateway.toString()));
    }
    requirePositive("connectWithin", connectWithin);
    requirePositive("answerWithin", answerWithin);
    if (maxAnswerBytes < 1) {
      throw new IllegalArgumentException("maxAnswerBytes must be positive, got " + maxAnswerBytes);
    }
  }

  private static void requirePositive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + " must be positive, got " + value);
    }
  }

  /** Connects within 5 s, waits for answers of up to 32 MiB for 15 s, and tries for 30 s. */
  public static HttpOptions to(URI gateway) {
    return new HttpOptions(
        gateway,
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Retries.DEFAULT,
        MAX_ANSWER_BYTES,
        Map::of,
        null);
  }

  public HttpOptions connectingWithin(Duration value) {
    return new HttpOptions(gateway, value, answerWithin, retries, maxAnswerBytes, headers, tls);
  }

  public HttpOptions answeredWithin(Duration value) {
    return new HttpOptions(gateway, connectWithin, value, retries, maxAnswerBytes, headers, tls);
  }

  public HttpOptions trying(Retries value) {
    return new HttpOptions(
        gateway, connectWithin, answerWithin, value, maxAnswerBytes, headers, tls);
  }

  public HttpOptions readingAtMost(int bytes) {
    return new HttpOptions(gateway, connectWithin, answerWithin, retries, bytes, headers, tls);
  }

  public HttpOptions withHeaders(Supplier<Map<String, String>> value) {
    return new HttpOptions(
        gateway, connectWithin, answerWithin, retries, maxAnswerBytes, value, tls);
  }

  /**
   * Shows an API key, or a token that lasts as long as the client does, with each request; in the
   * place of other headers. One that changes is given to {@link #withHeaders}.
   */
  public HttpOptions withKey(String key) {
    var headers = Map.of("Authorization", "Bearer " + key);
    return withHeaders(() -> headers);
  }

  public HttpOptions withTls(SSLContext value) {
    return new HttpOptions(
        gateway, connectWithin, answerWithin, retries, maxAnswerBytes, headers, value);
  }

  /** Without what may be a secret. */
  @Override
  public String toString() {
    return "HttpOptions[" + Secrets.masked(gateway.toString()) + "]";
  }
}
