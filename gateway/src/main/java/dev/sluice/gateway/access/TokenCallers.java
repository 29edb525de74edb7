package dev.sluice.gateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.sluice.contract.Names;
import dev.sluice.gateway.keys.ApiKey;
import dev.sluice.gateway.keys.Role;
import dev.sluice.http.message.Problem;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises callers by signed tokens (JWT) of one issuer. Safe for use by any number of threads.
 */
public final class TokenCallers implements Callers {
  private static final Logger LOG = LoggerFactory.getLogger(TokenCallers.class);
  private static final int FETCHED_WITHIN_MS = 2_000;
  private static final int MOST_BYTES = 256 * 1024;
  static final Duration KEPT = Duration.ofMinutes(5);
  private static final Duration KEPT_IN_AN_OUTAGE = Duration.ofHours(4);
  private static final int CLOCKS_DIFFER_S = 60;

  private final OidcConfig config;
  private final DefaultJWTProcessor<SecurityContext> tokens = new DefaultJWTProcessor<>();

  /** Whether a token's signature was good, so that there are keys. */
  private volatile boolean hasKeys;

  /** Asks for the issuer's keys at the first token. */
  public TokenCallers(OidcConfig config) {
    this.config = config;
    var algorithms =
        config.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
    tokens.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys(config)));
    tokens.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    var claims =
        new DefaultJWTClaimsVerifier<SecurityContext>(
            config.audience(),
            new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
            Set.of("sub", "exp"));
    claims.setMaxClockSkew(CLOCKS_DIFFER_S);
    tokens.setJWTClaimsSetVerifier(claims);
  }

  private static JWKSource<SecurityContext> keys(OidcConfig config) {
    try {
      var fetched = new DefaultResourceRetriever(FETCHED_WITHIN_MS, FETCHED_WITHIN_MS, MOST_BYTES);
      return JWKSourceBuilder.<SecurityContext>create(config.keys().toURL(), fetched)
          .cache(KEPT.toMillis(), FETCHED_WITHIN_MS)
          .refreshAheadCache(false)
          .rateLimited(config.refresh().toMillis())
          .outageTolerant(KEPT_IN_AN_OUTAGE.toMillis())
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("oidc.jwks is no address: " + config.keys(), e);
    }
  }

  @Override
  public Caller recognise(String token) {
    var claims = claims(token);
    try {
      var tenant = claims.getStringClaim(config.tenantClaim());
      if (tenant == null || !(tenant.equals(ApiKey.ALL) || Names.tenantProblem(tenant).isEmpty())) {
        throw Door.unauthorized("the token names no tenant", "invalid_token");
      }
      return new Caller("sub:" + claims.getSubject(), tenant, roles(claims));
    } catch (ParseException e) {
      throw Door.unauthorized("the token names no tenant, or no roles", "invalid_token");
    }
  }

  private Set<Role> roles(JWTClaimsSet claims) throws ParseException {
    var claim = claims.getClaim(config.rolesClaim());
    List<String> names =
        claim instanceof String text
            ? List.of(text.split(" ", -1))
            : claims.getStringListClaim(config.rolesClaim());
    var roles = EnumSet.noneOf(Role.class);
    if (names != null) {
      names.forEach(name -> Role.of(name).ifPresent(roles::add)); // others are for other services
    }
    return roles;
  }

  private JWTClaimsSet claims(String token) {
    try {
      var claims = tokens.process(token, null);
      hasKeys = true;
      return claims;
    } catch (BadJWTException e) {
      hasKeys = true; // the signature is checked before
      throw Door.unauthorized("the token is not taken: " + e.getMessage(), "invalid_token");
    } catch (ParseException | BadJOSEException e) {
      throw unsigned();
    } catch (RateLimitReachedException e) {
      throw hasKeys ? unsigned() : away();
    } catch (KeySourceException e) {
      LOG.warn("The issuer's keys cannot be read at {}", config.keys(), e);
      throw away();
    } catch (JOSEException e) {
      throw Door.unauthorized("the token's signature cannot be checked", "invalid_token");
    }
  }

  private static Problem unsigned() {
    return Door.unauthorized(
        "the token is no signed token, or not signed by the issuer", "invalid_token");
  }

  private static Problem away() {
    return Problem.unavailable("the issuer's keys cannot be read; try again in a second");
  }
}
