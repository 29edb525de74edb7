package dev.sluice.local.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.langchain4j.http.RefusedException;
import dev.sluice.langchain4j.http.RetryAfter;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryLaterException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;

/** Classifies failed calls: retry later, retry as a new attempt, or neither. */
final class Failures {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<Integer> KEY_REFUSED = Set.of(401, 403);
  // Request timeout, conflict, too early: as the provider's own clients do.
  private static final Set<Integer> TRANSIENT = Set.of(408, 409, 425);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SHOWN = 300;

  private final Endpoint endpoint;
  private final InstantSource clock;

  Failures(Endpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  /**
   * What a step has to throw: {@link RetryLaterException} if the endpoint asks for patience, {@link
   * NonRetryableException} if it would refuse every other try.
   */
  Exception refused(RefusedException refusal) {
    int status = refusal.statusCode();
    var error = error(refusal.body());
    var told = "status " + status + " of " + endpoint.baseUrl() + ": " + message(error, refusal);
    var said = endpoint.withoutSecrets(told);
    if (status == TOO_MANY_REQUESTS && !"insufficient_quota".equals(error.path("code").asText())) {
      return new RetryLaterException(RetryAfter.of(refusal.headers(), clock.instant()), said);
    }
    if (status >= 500 || TRANSIENT.contains(status)) {
      return new IOException("the model failed with " + said);
    }
    if (KEY_REFUSED.contains(status)) {
      return new NonRetryableException(Endpoint.API_KEY + " was refused with " + said);
    }
    return new NonRetryableException("the model refused the request with " + said);
  }

  private static JsonNode error(String body) {
    try {
      return JSON.readTree(body).path("error");
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  private static String message(JsonNode error, RefusedException refusal) {
    var text = error.path("message").asText(error.isTextual() ? error.asText() : "");
    var shown = text.isBlank() ? refusal.body().strip() : text;
    return shown.length() > SHOWN ? shown.substring(0, SHOWN) + " …" : shown;
  }
}
