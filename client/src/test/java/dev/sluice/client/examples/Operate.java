package dev.sluice.client.examples;

import dev.sluice.client.DeadLetterFilter;
import dev.sluice.client.Payload;
import dev.sluice.client.RunFilter;
import dev.sluice.client.RunStatus;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Submission;
import dev.sluice.client.TenantLimits;
import dev.sluice.client.http.HttpOptions;
import dev.sluice.client.http.HttpSluiceClient;
import dev.sluice.client.http.Retries;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** The rest of what the page shows; compiled, so that it can be copied. */
final class Operate {
  private Operate() {}

  static SluiceClient connected(URI gateway, SSLContext trusted, Supplier<String> token) {
    return HttpSluiceClient.connect(
        HttpOptions.to(gateway)
            .withTls(trusted)
            .withHeaders(() -> Map.of("Authorization", "Bearer " + token.get()))
            .answeredWithin(Duration.ofSeconds(5))
            .trying(
                new Retries(
                    10, Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofSeconds(2))));
  }

  static String submitted(SluiceClient sluice, Submission submission) {
    try {
      return sluice.submit(submission).runId();
    } catch (SluiceException.Refused | SluiceException.Conflict e) {
      return "wrong, and wrong again if it is sent again: " + e.getMessage();
    } catch (SluiceException.TooMany e) {
      return "later: the tenant's queue is full";
    } catch (SluiceException e) {
      return "unknown: submit it again as run " + e.runId().orElse("of the same key");
    }
  }

  static void operate(SluiceClient sluice) {
    sluice
        .list("acme", RunFilter.ALL.withStatus(RunStatus.WAITING).withLabel("team", "sales"))
        .limit(500)
        .forEach(run -> System.out.println(run.runId() + " waits for " + run.waitingFor()));

    sluice.signal("acme", "order-7", "approve", Payload.json("{\"by\":\"eve\"}"));
    var sent = sluice.cancel("acme", "order-8");
    sluice
        .decision("acme", sent.commandId(), Duration.ofSeconds(5))
        .ifPresent(said -> System.out.println(said.decision() + ": " + said.reason()));

    sluice.putTenant("acme", TenantLimits.ofPlan("pro").withMaxInFlight(50));
    var seen = sluice.tenant("acme");
    try { // changes what was read, unless somebody else has changed it meanwhile
      sluice.putTenant(seen, seen.limits().withPaused(true));
    } catch (SluiceException.Conflict e) {
      System.out.println("read it again: " + e.getMessage());
    }
    sluice.deadLetters(DeadLetterFilter.ALL.ofTenant("acme")).forEach(System.out::println);
    var redrive = sluice.redrive("acme", "order-9");
    if (redrive.redrive() != null) {
      sluice.await("acme", "order-9", Duration.ofMinutes(5), redrive.redrive());
    }
  }
}
