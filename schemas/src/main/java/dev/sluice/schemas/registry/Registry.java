package dev.sluice.schemas.registry;

import dev.sluice.contract.Texts;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One address of the schema registry.
 *
 * @param address without a user or a password, so that it can be shown to anybody
 * @param authorization what requests carry in the header of that name; null for nothing
 */
record Registry(URI address, @Nullable String authorization) {
  /**
   * Reads an address.
   *
   * @param userInfo {@code user:password} of those that name none themselves; null for none
   * @throws IllegalArgumentException if it is none
   */
  static Registry of(String text, @Nullable String userInfo) {
    try {
      var given = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (given.getHost() != null) {
        var own = given.getRawUserInfo();
        return new Registry(
            own == null ? given : without(own, given),
            authorization(own == null ? userInfo : decoded(own)));
      }
    } catch (IllegalArgumentException notAnAddress) {
      // told below
    }
    // What might name a user may hold a password.
    throw new IllegalArgumentException(
        SerdeConfig.REGISTRY_URL
            + " must be http://host:port addresses, separated by commas"
            + (text.matches(".*[:@].*") ? "" : ", got " + Texts.quoted(text)));
  }

  private static URI without(String userInfo, URI given) {
    return URI.create(given.toString().replaceFirst("//" + Pattern.quote(userInfo) + "@", "//"));
  }

  private static String decoded(String userInfo) {
    return URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static @Nullable String authorization(@Nullable String userInfo) {
    return userInfo == null || userInfo.isBlank()
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return address.toString();
  }
}
