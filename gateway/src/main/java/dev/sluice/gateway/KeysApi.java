package dev.sluice.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.Texts;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import dev.sluice.gateway.keys.KeyChanges;
import dev.sluice.gateway.keys.KeyRecords;
import dev.sluice.gateway.keys.KeyRing;
import dev.sluice.gateway.keys.KeySpec;
import dev.sluice.gateway.keys.Role;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/** Makes, lists, rotates and revokes API keys. */
final class KeysApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FEW_FIELDS = 4 * 1024;
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final Duration READ_WITHIN = Duration.ofSeconds(5);
  private static final Duration MOST_OVERLAP = Duration.ofDays(30);

  private final KeyRing ring;
  private final KeyChanges changes;

  KeysApi(KeyRing ring, KeyChanges changes) {
    this.ring = ring;
    this.changes = changes;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/keys", this::list),
        Route.post("/v1/keys", FEW_FIELDS, this::create),
        Route.post("/v1/keys/{id}/rotate", FEW_FIELDS, this::rotate),
        Route.get("/v1/keys/{id}", this::revoke).as("DELETE"));
  }

  private Answer list(Request request) throws InterruptedException {
    awaitKeys();
    return Answer.json(OK, KeyRecords.shown(ring.all().values()).toString());
  }

  private Answer create(Request request) throws InterruptedException {
    awaitKeys();
    var spec = JsonBody.read(request.body(), KeysApi::spec);
    try {
      return made(changes.create(spec, System.currentTimeMillis()));
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(String.valueOf(wrong.getMessage()));
    } catch (IllegalStateException full) {
      throw Problem.conflict(String.valueOf(full.getMessage()));
    } catch (KafkaException e) {
      throw unwritten(e);
    }
  }

  private Answer rotate(Request request) throws InterruptedException {
    awaitKeys();
    var id = request.parameter("id");
    var overlap = JsonBody.read(request.body(), KeysApi::overlap);
    try {
      var made = changes.rotate(id, overlap, System.currentTimeMillis());
      if (made == null) {
        throw unknown(id);
      }
      return made(made);
    } catch (IllegalArgumentException | IllegalStateException refused) {
      throw Problem.conflict(String.valueOf(refused.getMessage()));
    } catch (KafkaException e) {
      throw unwritten(e);
    }
  }

  private Answer revoke(Request request) throws InterruptedException {
    awaitKeys();
    var id = request.parameter("id");
    try {
      if (!changes.revoke(id)) {
        throw unknown(id);
      }
    } catch (KafkaException e) {
      throw unwritten(e);
    }
    return Answer.json(OK, JSON.createObjectNode().put("id", id).put("revoked", true).toString());
  }

  private void awaitKeys() throws InterruptedException {
    ring.start();
    if (!ring.await(-1, READ_WITHIN)) {
      throw Problem.unavailable(ring.whyNot().orElse("the API keys have not been read yet"));
    }
  }

  private static Answer made(KeyChanges.Made made) {
    var json = KeyRecords.shown(made.key()).put("key", made.text());
    return Answer.json(CREATED, json.toString())
        .with("Location", "/v1/keys/" + made.key().id())
        .with("Cache-Control", "no-store");
  }

  private static Problem unknown(String id) {
    return Problem.notFound("there is no key with the id " + Texts.quoted(id));
  }

  private static Problem unwritten(KafkaException e) {
    return Problem.unavailable(String.valueOf(e.getMessage()));
  }

  private static KeySpec spec(JsonFields body) {
    var lasting = body.durationMs("expires_in", KeySpec.LASTING.toMillis());
    try {
      return new KeySpec(
          body.text("tenant"), roles(body), body.text("name", ""), Duration.ofMillis(lasting));
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(String.valueOf(wrong.getMessage()));
    }
  }

  private static Set<Role> roles(JsonFields body) {
    var given = body.any("roles");
    if (given == null) {
      return EnumSet.of(Role.SUBMIT, Role.READ);
    }
    if (given.kind() != JsonValue.Kind.ARRAY) {
      throw Problem.badRequest("roles must be an array of texts, got " + given.kind());
    }
    var roles = EnumSet.noneOf(Role.class);
    for (var one : given.elements()) {
      roles.add(role(one));
    }
    return roles;
  }

  private static Role role(JsonValue given) {
    var text = given.kind() == JsonValue.Kind.STRING ? text(given) : given.written();
    return Role.of(text)
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "a role is submit, read, operate or admin, got " + Texts.quoted(text)));
  }

  private static String text(JsonValue given) {
    try {
      return given.text();
    } catch (JsonException broken) {
      throw Problem.badRequest("roles holds " + broken.getMessage());
    }
  }

  private static Duration overlap(JsonFields body) {
    var overlap = Duration.ofMillis(body.durationMs("overlap", 0));
    if (overlap.isNegative() || overlap.compareTo(MOST_OVERLAP) > 0) {
      throw Problem.badRequest("overlap must be PT0S to P30D, got " + overlap);
    }
    return overlap;
  }
}
