package dev.sluice.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.Texts;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.TenantLimits;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a tenant's limits. Kafka has no conditional write, so the record says what it is to
 * replace, and the gate decides.
 */
final class TenantApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(5);
  private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})\"");
  private static final long NONE = -1;

  private final String topic;
  private final RecordSender sender;
  private final Catalogs catalogs;
  private final Serializer<TenantLimits> limits;

  TenantApi(String prefix, SluiceSerdes serdes, RecordSender sender, Catalogs catalogs) {
    topic = prefix + Topics.TENANTS;
    this.sender = sender;
    this.catalogs = catalogs;
    limits = serdes.serializer(TenantLimits.class);
  }

  Answer put(Request request) throws InterruptedException {
    var tenant = request.parameter("tenant");
    var expected = expected(request.header("if-match"), request.header("if-none-match"));
    var record = Requests.limits(tenant, request.body(), expected);
    var written = sender.send(topic, tenant, limits, record, "the tenant " + tenant);
    var at = Topics.TENANTS + "-" + written.partition() + "-" + written.offset();
    var location = "/v1/tenants/" + tenant + "/limits?at=" + at;
    var json = JSON.createObjectNode().put("tenant", tenant).put("at", at);
    if (expected == null) {
      return Answer.json(200, json.toString()).with("Location", location);
    }
    var said = catalogs.decisionOnLimits(tenant, at, DECIDED_WITHIN);
    if (said == null) {
      return Answer.json(202, json.toString()).with("Location", location);
    }
    var reason = said.path("reason").asText();
    if (said.path("decision").asText().equals("REFUSE")) {
      throw Problem.preconditionFailed(reason).about("at", at);
    }
    json.put("decision", said.path("decision").asText()).put("reason", reason);
    return Answer.json(200, json.toString())
        .with("Location", location)
        .with("ETag", "\"" + written.offset() + "\"");
  }

  /**
   * Offset of the limits that a request wants to replace; null for whichever there are.
   *
   * @throws Problem 400 for conditions that no limits can be compared with
   */
  static @Nullable Long expected(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
    if (ifMatch != null && ifNoneMatch != null) {
      throw Problem.badRequest("give If-Match or If-None-Match, not both");
    }
    if (ifNoneMatch != null) {
      if (!ifNoneMatch.strip().equals("*")) {
        throw Problem.badRequest("If-None-Match must be *, got " + Texts.quoted(ifNoneMatch));
      }
      return NONE;
    }
    if (ifMatch == null) {
      return null;
    }
    var tag = TAG.matcher(ifMatch.strip());
    if (!tag.matches()) {
      throw Problem.badRequest(
          "If-Match must be one ETag of the tenant, such as \"7\", got " + Texts.quoted(ifMatch));
    }
    return Long.valueOf(tag.group(1));
  }
}
