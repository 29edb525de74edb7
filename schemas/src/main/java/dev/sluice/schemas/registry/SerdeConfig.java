package dev.sluice.schemas.registry;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of how records are written and read.
 *
 * @param registries tried in order
 * @param autoRegister whether the serializer registers schemas that the registry does not have
 * @param timeout of one request
 * @param serializerClass to use instead of ours, for example Confluent's
 * @param deserializerClass to use instead of ours
 */
public record SerdeConfig(
    List<Registry> registries,
    boolean autoRegister,
    Duration timeout,
    @Nullable String serializerClass,
    @Nullable String deserializerClass) {
  static final String REGISTRY_URL = "schema.registry.url";
  static final String USER_INFO = "basic.auth.user.info";
  static final String AUTO_REGISTER = "auto.register.schemas";
  static final String TIMEOUT_MS = "sluice.registry.timeout.ms";
  static final String SERIALIZER_CLASS = "sluice.serializer.class";
  static final String DESERIALIZER_CLASS = "sluice.deserializer.class";
  private static final String DEFAULT_TIMEOUT_MS = "5000";

  public static SerdeConfig from(Map<String, ?> settings) {
    var urls = text(settings, REGISTRY_URL);
    if (urls == null || urls.isBlank()) {
      throw new IllegalArgumentException(REGISTRY_URL + " must name at least one address");
    }
    var userInfo = text(settings, USER_INFO);
    var registries =
        Arrays.stream(urls.split(","))
            .map(String::trim)
            .map(url -> Registry.of(url, userInfo))
            .toList();
    var register = text(settings, AUTO_REGISTER);
    var timeout = text(settings, TIMEOUT_MS);
    return new SerdeConfig(
        registries,
        register == null || Boolean.parseBoolean(register),
        Duration.ofMillis(Long.parseLong(timeout == null ? DEFAULT_TIMEOUT_MS : timeout)),
        text(settings, SERIALIZER_CLASS),
        text(settings, DESERIALIZER_CLASS));
  }

  private static @Nullable String text(Map<String, ?> settings, String name) {
    var value = settings.get(name);
    return value == null ? null : value.toString();
  }
}
