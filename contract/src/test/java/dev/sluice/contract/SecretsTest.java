package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SecretsTest {
  private static final String SECRET = "s3cr3t-Value";

  @Test
  void takesOutWhatLibrariesQuote() {
    for (var form :
        List.of(
            "no schema registry answers; last tried http://user:%s@host:8081/schemas/ids/1",
            "tried https://%s@host, twice",
            "http://user:p@%s@host/",
            "Invalid url in bootstrap.servers: user:%s@host:9092",
            "user:%s@host:9092",
            "got user:%s@host:9092,b:1",
            "sasl.jaas.config = org.example.Plain required username=\"u\" password=\"%s\";",
            "required password=\"a \\\" %s\" x=\"y\";",
            "required password='%s';",
            "clientSecret=\"%s\"",
            "ssl.keystore.password: %s",
            "ssl.key.password=%s, next",
            "ssl.keystore.key=%s",
            "basic.auth.user.info=user:%s",
            "{\"password\":\"%s\"}",
            "{\"api_key\": \"%s\"}",
            "OPENAI_API_KEY=%s",
            "Authorization: Bearer %s",
            "a header Basic %s",
            "sasl.oauthbearer.client.credentials.client.secret = %s",
            "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY----- %s")) {
      assertThat(Secrets.masked(form.formatted(SECRET)))
          .as(form)
          .doesNotContain(SECRET)
          .contains(Secrets.MASK);
    }
  }

  @Test
  void leavesAllElse() {
    for (var text :
        List.of(
            "",
            "http://127.0.0.1:8081/subjects/runs-value",
            "topic.prefix: must be 1 to 100 of [a-z], got 'x@y'",
            "agents=echo@1,probe@1",
            "org.example.Record@1f3c2a",
            "the value 12:30 at host:9092, then @ alone",
            "Unrecognized token 'abc': was expecting a value",
            "sluice gate: invalid configuration: slots: is not a setting")) {
      assertThat(Secrets.masked(text)).isEqualTo(text);
    }
  }

  @Test
  void takesNoLongerForAnyText() {
    for (var part :
        List.of("a", ":", "://", "@", "password=", "password=\"\\", "Basic ", "x:y@ ")) {
      var text = part.repeat(100_000 / part.length());
      long from = System.nanoTime();
      assertThat(Secrets.masked(text)).isNotNull();
      assertThat(System.nanoTime() - from).as(part).isLessThan(5_000_000_000L);
    }
  }
}
