package dev.sluice.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Keys in JSON, on the topic and in answers. JSON rather than Avro: who may call must be known also
 * while no registry answers.
 */
public final class KeyRecords {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HASH = "sha256";

  private KeyRecords() {}

  /** As it is shown: without its hash. */
  public static ObjectNode shown(ApiKey key) {
    var json = JSON.createObjectNode();
    json.put("id", key.id()).put("prefix", KeyText.PREFIX + key.id()).put("tenant", key.tenant());
    var roles = json.putArray("roles");
    key.roles().forEach(role -> roles.add(role.text()));
    json.put("name", key.name());
    json.put("created_at", Instant.ofEpochMilli(key.createdAtMs()).toString());
    return json.put("expires_at", Instant.ofEpochMilli(key.expiresAtMs()).toString());
  }

  /** As lists of them are shown: the oldest first. */
  public static ObjectNode shown(Collection<ApiKey> keys) {
    var json = JSON.createObjectNode();
    var list = json.putArray("keys");
    keys.stream()
        .sorted(Comparator.comparingLong(ApiKey::createdAtMs).thenComparing(ApiKey::id))
        .forEach(key -> list.add(shown(key)));
    return json;
  }

  static byte[] bytes(ApiKey key) {
    return shown(key).put(HASH, key.hash()).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The key of a record; empty if it cannot be read. */
  static Optional<ApiKey> read(byte[] bytes) {
    try {
      var json = JSON.readTree(bytes);
      return json == null ? Optional.empty() : Optional.of(key(json));
    } catch (IOException
        | IllegalArgumentException
        | DateTimeException
        | ArithmeticException broken) {
      return Optional.empty();
    }
  }

  private static ApiKey key(JsonNode json) {
    var roles = EnumSet.noneOf(Role.class);
    for (var role : json.path("roles")) {
      Role.of(role.asText()).ifPresent(roles::add); // a newer build's role gives nothing here
    }
    return new ApiKey(
        json.path("id").asText(),
        json.path(HASH).asText(),
        json.path("tenant").asText(),
        roles,
        json.path("name").asText(),
        Instant.parse(json.path("created_at").asText()).toEpochMilli(),
        Instant.parse(json.path("expires_at").asText()).toEpochMilli());
  }
}
