package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Limits that are to be a tenant's first replace none, also none of which the place is unknown. */
final class FirstLimitsTest {
  private static final TenantSettings OLD = TenantSettings.DEFAULT.withPaused(true);
  private static final TenantSettings NEW = on("pro");
  private static final long NEWER_MS = 2_000;

  private final MemoryLog log = new MemoryLog();

  private static TenantSettings on(String plan) {
    return new TenantSettings(plan, null, null, null, null, null, null, null, null, null, false);
  }

  /** What is in force when limits come that are to be the first. */
  private TenantSettings afterFirst(@Nullable Tenant before) {
    if (before != null) {
      log.putTenant(before);
      log.commit();
    }
    var gate = Gate.restore(GateSettings.defaults(), log, log, log, "test");
    var event =
        new GateEvent.TenantSet("acme", NEW, new Origin(NEWER_MS, 0, 9), GateEvent.TenantSet.NONE);
    MemoryLog.apply(gate, event, new Cause("tenants", 0, 9, NEWER_MS));
    return Objects.requireNonNull(log.tenant("acme")).settings();
  }

  @Test
  void areTakenWhereThereAreNone() {
    assertThat(afterFirst(null)).isEqualTo(NEW);
  }

  @Test
  void areRefusedWhereAnEarlierGateHasWrittenSome() {
    var ofAnEarlierGate = new Tenant("acme", OLD, new Origin(1_000, 0, 3), null, List.of());
    assertThat(afterFirst(ofAnEarlierGate)).isEqualTo(OLD);
  }

  @Test
  void areRefusedWhereThisGateHasWrittenSome() {
    assertThat(afterFirst(new Tenant("acme", OLD, new Origin(1_000, 0, 3), 3))).isEqualTo(OLD);
  }

  @Test
  void areTakenWhereTheEntryCannotBeRead() {
    assertThat(afterFirst(Tenant.unknown("acme"))).isEqualTo(NEW);
  }
}
