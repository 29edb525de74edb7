package dev.sluice.client.http;

import dev.sluice.client.DeadLetter;
import dev.sluice.client.DeadLetterFilter;
import dev.sluice.client.Decision;
import dev.sluice.client.JournalEntry;
import dev.sluice.client.Payload;
import dev.sluice.client.Run;
import dev.sluice.client.RunEnd;
import dev.sluice.client.RunFilter;
import dev.sluice.client.RunIds;
import dev.sluice.client.SentCommand;
import dev.sluice.client.SentRedrives;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Submission;
import dev.sluice.client.SubmittedRun;
import dev.sluice.client.Tenant;
import dev.sluice.client.TenantLimits;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The client over HTTP, with the JDK's own HTTP client. */
public final class HttpSluiceClient implements SluiceClient {
  private static final int JOURNAL_PAGE = 1_000;

  private final GatewayConnection gateway;
  private final Ends ends;

  private HttpSluiceClient(HttpOptions options) {
    this.gateway = new GatewayConnection(options);
    this.ends = new Ends(gateway);
  }

  /** A client of the gateway at this address, with the options of {@link HttpOptions#to}. */
  public static SluiceClient connect(URI gateway) {
    return connect(HttpOptions.to(gateway));
  }

  /** A client; it connects at its first request. */
  public static SluiceClient connect(HttpOptions options) {
    return new HttpSluiceClient(options);
  }

  // --- runs

  @Override
  public SubmittedRun submit(Submission run) {
    var key = run.idempotencyKey();
    var runId = key != null ? null : run.runId() == null ? RunIds.next() : run.runId();
    try {
      byte[] body = RunJson.of(run, runId);
      var answer = gateway.send(ApiRequests.submit(run.tenant(), body, runId != null, key));
      var accepted = Fields.read(answer, fields -> fields.text("run_id"));
      var location = answer.header("location").orElse("");
      return new HttpRun(ends, run.tenant(), accepted, at(location));
    } catch (SluiceException e) {
      throw runId == null || e.runId().isPresent() ? e : named(e, runId);
    }
  }

  /** The same, saying which run it would have been, where no answer said so. */
  private static SluiceException named(SluiceException e, String runId) {
    return SluiceException.of(e.problem().ofRun(runId), e);
  }

  private static @Nullable String at(String location) {
    int mark = location.indexOf("?at=");
    return mark < 0 ? null : location.substring(mark + "?at=".length());
  }

  @Override
  public Optional<Run> get(String tenant, String runId) {
    return ends.get(tenant, runId, Map.of());
  }

  @Override
  public Optional<RunEnd> await(String tenant, String runId, Duration atMost) {
    return ends.await(tenant, runId, atMost, Map.of());
  }

  @Override
  public Optional<RunEnd> await(String tenant, String runId, Duration atMost, int redrive) {
    return ends.await(tenant, runId, atMost, ApiRequests.query("redrive", redrive));
  }

  @Override
  public Stream<Run> list(String tenant, RunFilter filter) {
    var query =
        ApiRequests.query(
            "status", filter.status(),
            "agent", filter.agent(),
            "label", filter.label(),
            "parent", filter.parent(),
            "root", filter.root(),
            "limit", filter.pageSize());
    return Pages.stream(
        gateway, page -> ApiRequests.runs(tenant, page), query, "runs", RunJson::read);
  }

  @Override
  public Stream<JournalEntry> journal(String tenant, String runId, boolean withValues) {
    var query =
        ApiRequests.query("all", true, "limit", JOURNAL_PAGE, "values", withValues ? "true" : null);
    return Pages.stream(
        gateway,
        page -> ApiRequests.journal(tenant, runId, page),
        query,
        "steps",
        OperatorJson::entry);
  }

  // --- commands

  @Override
  public SentCommand cancel(String tenant, String runId) {
    return command(ApiRequests.cancel(tenant, runId, newKey()));
  }

  @Override
  public SentCommand signal(String tenant, String runId, String name, Payload payload) {
    return signal(tenant, runId, name, payload, newKey());
  }

  @Override
  public SentCommand signal(String tenant, String runId, String name, Payload payload, String key) {
    return command(
        ApiRequests.signal(tenant, runId, name, payload.bytes(), payload.contentType(), key));
  }

  @Override
  public SentCommand redrive(String tenant, String runId) {
    return command(ApiRequests.redrive(tenant, runId));
  }

  private SentCommand command(ApiRequest request) {
    return Fields.read(gateway.send(request), OperatorJson::command);
  }

  /** A command that comes again under its id changes nothing. */
  private static String newKey() {
    return UUID.randomUUID().toString();
  }

  @Override
  public Optional<Decision> decision(String tenant, String commandId, Duration atMost) {
    var wait = Ends.wait(atMost);
    try {
      var answer = gateway.send(ApiRequests.decision(tenant, commandId, wait));
      return Optional.of(Fields.read(answer, OperatorJson::decision));
    } catch (SluiceException.NotFound e) {
      return Optional.empty();
    }
  }

  // --- tenants

  @Override
  public Stream<Tenant> tenants() {
    return Pages.stream(gateway, ApiRequests::tenants, Map.of(), "tenants", OperatorJson::tenant);
  }

  @Override
  public Tenant tenant(String name) {
    return Fields.read(gateway.send(ApiRequests.oneTenant(name)), OperatorJson::tenant);
  }

  @Override
  public TenantLimits.Sent putTenant(String name, TenantLimits limits) {
    var request = ApiRequests.putTenant(name, OperatorJson.of(limits));
    return Fields.read(gateway.send(request), OperatorJson::sentLimits);
  }

  @Override
  public TenantLimits.Sent putTenant(Tenant seen, TenantLimits limits) {
    var at = seen.limitsAt();
    if (at == null && !seen.limits().saysNothing()) {
      return putTenant(seen.name(), limits); // a catalog of before does not say where they stand
    }
    long expected = at == null ? -1 : at;
    var request = ApiRequests.putTenant(seen.name(), OperatorJson.of(limits), expected);
    return Fields.read(gateway.send(request), OperatorJson::sentLimits);
  }

  @Override
  public Optional<TenantLimits.Verdict> limitsDecision(String tenant, String at, Duration atMost) {
    var wait = Ends.wait(atMost);
    try {
      var answer = gateway.send(ApiRequests.decisionOnLimits(tenant, at, wait));
      return Optional.of(Fields.read(answer, OperatorJson::limitsDecision));
    } catch (SluiceException.NotFound e) {
      return Optional.empty();
    }
  }

  // --- dead letters

  @Override
  public Stream<DeadLetter> deadLetters(DeadLetterFilter filter) {
    var query =
        ApiRequests.query(
            "tenant", filter.tenant(),
            "agent", filter.agent(),
            "kind", filter.kind(),
            "limit", filter.pageSize());
    return Pages.stream(
        gateway, ApiRequests::deadLetters, query, "dead_letters", OperatorJson::letter);
  }

  @Override
  public SentRedrives redriveAll(@Nullable String tenant, @Nullable String agent) {
    return Fields.read(gateway.send(ApiRequests.redriveAll(tenant, agent)), OperatorJson::redrives);
  }

  @Override
  public void close() {
    gateway.close();
  }
}
