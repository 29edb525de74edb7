package dev.sluice.gateway.access;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whose tokens are taken, and what they say.
 *
 * @param issuer that their claim {@code iss} names
 * @param audience that their claim {@code aud} has
 * @param keys where the issuer's public keys are (JWKS): an address, or a file
 * @param algorithms of signatures that are taken; never none, and none with a shared secret
 * @param tenantClaim the claim that names the tenant, or {@code *} for all
 * @param rolesClaim the claim that lists roles, as an array or separated by spaces
 * @param refresh the shortest time between two looks at the keys because a token names another one
 */
public record OidcConfig(
    String issuer,
    String audience,
    URI keys,
    Set<String> algorithms,
    String tenantClaim,
    String rolesClaim,
    Duration refresh) {
  /** Unless the settings say otherwise. */
  public static final Duration REFRESH = Duration.ofSeconds(30);

  private static final Set<String> SOUND =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  public OidcConfig {
    algorithms = Set.copyOf(algorithms);
  }

  /** What is wrong with the names of algorithms; empty if nothing is. */
  public static Optional<String> algorithmsProblem(List<String> names) {
    for (var name : names) {
      if (!SOUND.contains(name)) {
        return Optional.of(
            "must be of RS256 to RS512, PS256 to PS512 and ES256 to ES512, got " + name);
      }
    }
    return names.isEmpty() ? Optional.of("must name at least one") : Optional.empty();
  }

  /** What is wrong with the time between two looks; empty if nothing is. */
  public static Optional<String> refreshProblem(Duration refresh) {
    return refresh.compareTo(TokenCallers.KEPT) < 0
        ? Optional.empty()
        : Optional.of("must be less than 300000, after which the keys are read anyhow");
  }

  /** What is wrong with the place of the keys; empty if nothing is. */
  public static Optional<String> keysProblem(URI place) {
    var scheme = String.valueOf(place.getScheme()).toLowerCase(Locale.ROOT);
    var host = String.valueOf(place.getHost());
    boolean isHere = host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]");
    return switch (scheme) {
      case "https", "file" -> Optional.empty();
      case "http" ->
          isHere
              ? Optional.empty()
              : Optional.of("must be https, since whoever changes the answer is let in");
      default -> Optional.of("must be an https address, or file:/path");
    };
  }
}
