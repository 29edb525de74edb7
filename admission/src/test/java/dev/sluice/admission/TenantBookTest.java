package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.TenantDepth;
import org.junit.jupiter.api.Test;

/** What is measured of tenants, and when a tenant is forgotten. */
final class TenantBookTest {
  private final OneWorker worker = new OneWorker(3);

  @Test
  void measuresTheLargestTenantsAndSumsUpTheOthers() {
    for (int tenant = 1; tenant <= 50; tenant++) {
      for (int run = 0; run < tenant; run++) {
        worker.submit("t" + tenant, "r" + run, 0);
      }
    }
    var depths = worker.gate().depths(2);

    assertThat(depths.largest()).extracting(TenantDepth::tenant).containsExactly("t50", "t49");
    assertThat(depths.others()).isEqualTo(48);
    int all = 50 * 51 / 2;
    assertThat(depths.rest().inFlight() + depths.rest().queued()).isEqualTo(all - 50 - 49);
    assertThat(depths.rest().ready() + depths.rest().held()).isEqualTo(depths.rest().queued());
    assertThat(worker.gate().liveRuns()).isEqualTo(all);
  }

  @Test
  void tellsTheOldestOfEachKind() {
    worker.tenant("t", TenantSettings.DEFAULT.withMaxInFlight(5));
    long first = worker.nowMs();
    for (int run = 0; run < 10; run++) {
      worker.submit("t", "r" + run, 0);
      worker.pass(1_000);
    }
    var load = worker.gate().depths(1).largest().getFirst().load();

    assertThat(load.inFlight()).isEqualTo(3);
    assertThat(load.ready()).isEqualTo(2);
    assertThat(load.oldestInFlightMs()).isBetween(first, first + 500);
    assertThat(load.oldestReadyMs()).isBetween(first + 3_000, first + 3_500);
    assertThat(load.oldestHeldMs()).isBetween(first + 5_000, first + 5_500);
  }

  @Test
  void forgetsATenantWithoutSettingsAfterADayWithoutARun() {
    for (int tenant = 0; tenant < 1_000; tenant++) {
      worker.tenant("invented" + tenant, TenantSettings.DEFAULT);
    }
    worker.tenant("own", TenantSettings.DEFAULT.withMaxInFlight(5));
    worker.tenant("busy", TenantSettings.DEFAULT);
    worker.submit("busy", "r", 0);
    worker.pass(GateSettings.IDLE_TENANT_KEPT_MS - 60_000);
    worker.tick();
    int before = worker.gate().depths(10_000).largest().size();
    worker.pass(120_000);
    worker.tick();

    assertThat(before).isEqualTo(1_002);
    assertThat(worker.gate().depths(10_000).largest())
        .extracting(TenantDepth::tenant)
        .containsExactlyInAnyOrder("own", "busy");
  }
}
