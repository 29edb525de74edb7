package dev.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.events.EventApi;
import dev.sluice.http.message.Problem;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What streams of events need of the rest of a gateway. */
record EventSources(RecordSender sender, Catalogs catalogs) implements EventApi.Around {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;

  @Override
  public Optional<String> whyNotReady() {
    return sender.readiness().whyNot();
  }

  @Override
  public int partitions() {
    return sender.partitions();
  }

  @Override
  public JsonNode run(String tenant, String run, @Nullable String at) throws InterruptedException {
    var path = "/v1/tenants/" + Catalogs.encoded(tenant) + "/runs/" + Catalogs.encoded(run);
    var reply = catalogs.get(at == null ? path : path + "?at=" + Catalogs.encoded(at));
    try {
      var answer = JSON.readTree(reply.body());
      var detail = answer.path("detail").asText("no catalog can answer");
      return switch (reply.status()) {
        case OK -> answer;
        case BAD_REQUEST -> throw Problem.badRequest(detail);
        case NOT_FOUND -> throw Problem.notFound(detail);
        default -> throw Problem.unavailable(detail);
      };
    } catch (IOException e) {
      throw Problem.unavailable("no catalog can answer");
    }
  }
}
