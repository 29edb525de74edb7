package dev.sluice.local.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.gateway.cli.GatewayJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Caps, pauses, plans and pools that change under the runs, and are put right again. */
final class SettingFaults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration UNTIL_TAKEN = Duration.ofSeconds(90);
  private static final String PLAN = "plan/free";
  private static final String POOL = "pool/default";

  private final GatewayJson client;

  SettingFaults(GatewayJson client) {
    this.client = client;
  }

  List<Fault> all(List<String> tenants) {
    var faults = new ArrayList<Fault>();
    for (var tenant : tenants) {
      faults.add(limits(tenant, json().put("max_in_flight", 1)));
      faults.add(limits(tenant, json().put("paused", true)));
    }
    faults.add(limits(tenants.getFirst(), json().put("plan", "pro")));
    faults.add(limits(tenants.getLast(), json().put("plan", "nobody-knows-it")));
    faults.add(setting(PLAN, json().put("max_in_flight", 1)));
    faults.add(setting(PLAN, json().put("max_in_flight", 5)));
    faults.add(setting(POOL, json().put("closed", true)));
    return faults;
  }

  private Fault limits(String tenant, ObjectNode limits) {
    return new Fault(
        tenant + " gets " + limits,
        () -> insist(() -> client.putTenant(tenant, limits)),
        () -> insist(() -> client.putTenant(tenant, json())));
  }

  private Fault setting(String setting, ObjectNode value) {
    return new Fault(
        setting + " becomes " + value,
        () -> insist(() -> client.putSetting(setting, value)),
        () -> insist(() -> client.deleteSetting(setting)));
  }

  /** Until somebody answers: others make that take a while. */
  private static void insist(Runnable call) {
    Awaitility.await()
        .atMost(UNTIL_TAKEN)
        .ignoreExceptionsInstanceOf(SluiceException.class)
        .until(
            () -> {
              call.run();
              return true;
            });
  }

  private static ObjectNode json() {
    return JSON.createObjectNode();
  }
}
