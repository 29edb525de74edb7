package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.GatewayConfig.Auth;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that decide who may call a gateway. */
final class AccessSettingsTest {
  private static GatewayConfig read(boolean insecure, Map<String, String> more) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("schema.registry.url", "http://127.0.0.1:1");
    settings.putAll(more);
    return GatewayConfig.from(settings, insecure);
  }

  private static Map<String, String> open(String auth) {
    return Map.of("http.host", "0.0.0.0", "http.hosts", "sluice.example.com", "http.auth", auth);
  }

  @Test
  void asksForKeysUnlessItIsToldNotTo() {
    assertThat(read(false, Map.of()).auth()).isEqualTo(Auth.KEYS);
    assertThat(read(false, Map.of("http.auth", "none")).auth()).isEqualTo(Auth.NONE);
  }

  @Test
  void whoAsksForNoKeysStaysOnTheLoopbackUnlessToldOtherwise() {
    assertThat(read(false, open("keys")).auth()).isEqualTo(Auth.KEYS);
    assertThat(read(true, open("none")).auth()).isEqualTo(Auth.NONE);
    assertThatThrownBy(() -> read(false, open("none"))).hasMessageContaining("--insecure");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.auth | off | http.auth: must be keys or none",
        "catalog.token | tooshort | catalog.token must have 16 to 256",
        "oidc.jwks | http://issuer.example.com/jwks | oidc.jwks: must be https",
        "oidc.jwks | jwks.json | oidc.jwks: must be an https address",
        "oidc.algorithms | RS256,none | oidc.algorithms: must be of RS256",
        "oidc.algorithms | HS256 | oidc.algorithms: must be of RS256",
        "oidc.audience | '' | oidc.audience: is missing",
        "oidc.refresh.ms | 300000 | oidc.refresh.ms: must be less than 300000",
      })
  void refusesWhatLetsOthersIn(String key, String value, String told) {
    var settings = new HashMap<String, String>();
    settings.put("oidc.issuer", "https://issuer.example.com");
    settings.put("oidc.audience", "sluice");
    settings.put("oidc.jwks", "https://issuer.example.com/jwks");
    assertThat(read(false, settings).oidc()).isNotNull();
    settings.put(key, value);

    assertThatThrownBy(() -> read(false, settings)).hasMessageContaining(told);
  }

  @Test
  void neverShowsTheTokenOfTheCatalogs() {
    var config = read(false, Map.of("catalog.token", "a-secret-of-the-gateways"));

    assertThat(config.catalogToken()).isEqualTo("a-secret-of-the-gateways");
    assertThat(config.toString()).doesNotContain("a-secret-of-the-gateways");
    assertThatThrownBy(() -> read(false, Map.of("catalog.token", "short secret")))
        .message()
        .doesNotContain("short secret");
  }
}
