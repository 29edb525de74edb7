package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.gateway.keys.Role;
import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.route.Route;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer whose keys are served here. */
final class TokenCallersTest {
  private static final String ISSUER = "https://issuer.example.com";
  private static final RSAKey FIRST = rsa("first");
  private static final RSAKey SECOND = rsa("second");
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir private Path dir;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile String served = new JWKSet(FIRST).toString(true);
  private volatile boolean down;
  private final HttpServer issuer = serve();
  private final TokenCallers callers =
      new TokenCallers(config(address(), Set.of("RS256", "ES256")));

  private HttpServer serve() {
    var route = Route.get("/jwks", request -> keys());
    var config = HttpConfig.loopback("issuer", 0);
    return HttpServer.start(config, List.of(route), status -> {}, Duration.ZERO);
  }

  private Answer keys() {
    asked.incrementAndGet();
    if (down) {
      throw Problem.unavailable("down");
    }
    return Answer.json(200, served);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + issuer.port() + "/jwks");
  }

  private static OidcConfig config(URI keys, Set<String> algorithms) {
    return new OidcConfig(
        ISSUER, "sluice", keys, algorithms, "tenant", "roles", Duration.ofMillis(100));
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new LinkageError("every JVM has RSA", e);
    }
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("sluice")
        .subject("service-1")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
        .claim("tenant", "acme")
        .claim("roles", List.of("submit", "read", "of-another-service"));
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    var token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }

  private static JWSHeader header(JWSAlgorithm algorithm, String key) {
    return new JWSHeader.Builder(algorithm).keyID(key).type(JOSEObjectType.JWT).build();
  }

  private static String signed(RSAKey key, JWTClaimsSet claims) throws JOSEException {
    return signed(header(JWSAlgorithm.RS256, key.getKeyID()), claims, new RSASSASigner(key));
  }

  private Problem refused(String token) {
    return catchThrowableOfType(Problem.class, () -> callers.recognise(token));
  }

  private void assertRefused(String token) {
    var refused = refused(token);
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.answer().headers().get("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"sluice\", error=\"invalid_token\"");
    assertThat(refused.getMessage()).doesNotContain(token);
  }

  @Test
  void recognisesWhomATokenNames() throws Exception {
    var caller = callers.recognise(signed(FIRST, claims().build()));

    assertThat(caller)
        .isEqualTo(new Caller("sub:service-1", "acme", Set.of(Role.SUBMIT, Role.READ)));
  }

  @Test
  void rolesMayBeSeparatedBySpaces() throws Exception {
    var claims = claims().claim("roles", "openid operate").claim("tenant", "*").build();

    assertThat(callers.recognise(signed(FIRST, claims)))
        .isEqualTo(new Caller("sub:service-1", "*", Set.of(Role.OPERATE)));
  }

  @Test
  void whoHasNoRoleMayDoNothing() throws Exception {
    var claims = claims().claim("roles", null).build();

    assertThat(callers.recognise(signed(FIRST, claims)).roles()).isEmpty();
  }

  @Test
  void refusesAnotherIssuer() throws Exception {
    assertRefused(signed(FIRST, claims().issuer("https://issuer.example.com.evil.org").build()));
    assertRefused(signed(FIRST, claims().issuer(null).build()));
  }

  @Test
  void refusesAnotherAudience() throws Exception {
    assertRefused(signed(FIRST, claims().audience("another").build()));
    assertRefused(signed(FIRST, claims().audience((String) null).build()));
  }

  @Test
  void refusesWhatHasExpiredOrNeverDoes() throws Exception {
    var past = Date.from(Instant.now().minusSeconds(120));
    assertRefused(signed(FIRST, claims().expirationTime(past).build()));
    assertRefused(signed(FIRST, claims().expirationTime(null).build()));
    var later = Date.from(Instant.now().plusSeconds(120));
    assertRefused(signed(FIRST, claims().notBeforeTime(later).build()));
  }

  @Test
  void refusesATokenWithoutASignature() {
    assertRefused(new PlainJWT(claims().build()).serialize());
  }

  /** The public key, which everybody has, taken for a shared secret. */
  @Test
  void refusesThePublicKeyAsASecret() throws Exception {
    var header = header(JWSAlgorithm.HS256, FIRST.getKeyID());
    byte[] pem = FIRST.toRSAPublicKey().getEncoded();
    assertRefused(signed(header, claims().build(), new MACSigner(pem)));
    byte[] jwk = FIRST.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
    assertRefused(signed(header, claims().build(), new MACSigner(jwk)));
  }

  @Test
  void refusesAnAlgorithmThatIsNotListed() throws Exception {
    var header = header(JWSAlgorithm.RS512, FIRST.getKeyID());
    assertRefused(signed(header, claims().build(), new RSASSASigner(FIRST)));
  }

  @Test
  void refusesAKeyThatTheTokenBringsAlong() throws Exception {
    var own =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .jwk(SECOND.toPublicJWK())
            .keyID(FIRST.getKeyID())
            .build();
    assertRefused(signed(own, claims().build(), new RSASSASigner(SECOND)));
  }

  @Test
  void refusesATokenThatWasChanged() throws Exception {
    var parts = signed(FIRST, claims().build()).split("\\.", -1);
    var other = signed(FIRST, claims().claim("tenant", "globex").build()).split("\\.", -1);
    assertRefused(parts[0] + "." + other[1] + "." + parts[2]);
    assertRefused("slk_nothing");
    assertThat(refused("").status()).isEqualTo(401);
  }

  @Test
  void refusesATokenWithoutATenant() throws Exception {
    assertRefused(signed(FIRST, claims().claim("tenant", null).build()));
    assertRefused(signed(FIRST, claims().claim("tenant", List.of("acme", "globex")).build()));
    assertRefused(signed(FIRST, claims().claim("tenant", "../globex").build()));
  }

  @Test
  void followsTheIssuerToAnotherKey() throws Exception {
    callers.recognise(signed(FIRST, claims().build()));
    var next = signed(SECOND, claims().build());
    assertRefused(next);

    served = new JWKSet(List.of(FIRST, SECOND)).toString(true);

    Awaitility.await().atMost(BOUND).until(() -> refused(next) == null);
  }

  @Test
  void aFloodOfUnknownKeysDoesNotReachTheIssuer() throws Exception {
    var slow =
        new TokenCallers(
            new OidcConfig(ISSUER, "sluice", address(), Set.of("RS256"), "tenant", "roles", BOUND));
    slow.recognise(signed(FIRST, claims().build()));
    for (int i = 0; i < 200; i++) {
      var header = header(JWSAlgorithm.RS256, "unknown-" + i);
      var token = signed(header, claims().build(), new RSASSASigner(SECOND));
      assertThat(catchThrowableOfType(Problem.class, () -> slow.recognise(token)).status())
          .isEqualTo(401);
    }

    assertThat(asked.get()).isLessThanOrEqualTo(3);
    slow.recognise(signed(FIRST, claims().build()));
  }

  @Test
  void saysWithA503ThatTheIssuerIsAwayAndKnowsItsKeysNoLonger() throws Exception {
    down = true;
    var refused = refused(signed(FIRST, claims().build()));
    assertThat(refused).isNotNull();
    assertThat(refused.status()).isEqualTo(503);

    down = false;
    var token = signed(FIRST, claims().build());
    Awaitility.await().atMost(BOUND).until(() -> refused(token) == null);
    down = true;
    callers.recognise(token);
  }

  @Test
  void readsKeysFromAFile() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
    var file = Files.writeString(dir.resolve("jwks.json"), new JWKSet(key).toString(true));
    var ofFile = new TokenCallers(config(file.toUri(), Set.of("ES256")));
    var token = signed(header(JWSAlgorithm.ES256, "e"), claims().build(), new ECDSASigner(key));

    assertThat(ofFile.recognise(token).tenant()).isEqualTo("acme");
  }
}
