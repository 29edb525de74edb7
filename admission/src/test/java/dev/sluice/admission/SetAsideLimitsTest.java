package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands on {@code tenants} behind records that change nothing. */
final class SetAsideLimitsTest {
  private static final TenantSettings LIMITS = TenantSettings.DEFAULT.withMaxInFlight(7);
  private static final GateEvent REFUSED = new GateEvent.TenantRefused("acme", "garbage");

  private final MemoryLog log = new MemoryLog();
  private final MemoryLog fresh = new MemoryLog();
  private Gate gate = start();
  private long offset;

  private Gate start() {
    return Gate.restore(GateSettings.defaults(), log, log, log, "test");
  }

  private List<GateEffect> read(GateEvent event) {
    offset++;
    return MemoryLog.apply(gate, event, new Cause("tenants", 0, offset, 1_000 + offset));
  }

  private GateEvent set(TenantSettings settings) {
    return new GateEvent.TenantSet("acme", settings, new Origin(1_001 + offset, 0, offset + 1));
  }

  private void startWithoutTheEntry() {
    log.lose(MemoryLog.damage(Damage.Place.TENANT, null, "acme"));
    gate = start();
  }

  private static List<GateEffect> restored(List<GateEffect> effects) {
    return effects.stream().filter(GateEffect.RestoreTenant.class::isInstance).toList();
  }

  private static boolean asksToReread(List<GateEffect> effects) {
    return effects.contains(new GateEffect.RereadTenant("acme"));
  }

  @Test
  void whereTheEntryCannotBeReadNothingIsSaidToBeInForce() {
    read(set(LIMITS));
    startWithoutTheEntry();

    var effects = read(REFUSED);

    assertThat(restored(effects)).isEmpty();
    assertThat(effects).anyMatch(GateEffect.DeadLetterRecord.class::isInstance);
    assertThat(asksToReread(effects)).isTrue();
  }

  @Test
  void everyStartAsksForTheRecordUntilItHasBeenRead() {
    startWithoutTheEntry();
    assertThat(asksToReread(read(REFUSED))).isTrue();
    assertThat(asksToReread(read(REFUSED))).isFalse();

    gate = start(); // the process that was to read it is gone
    assertThat(asksToReread(read(REFUSED))).isTrue();
    read(new GateEvent.TenantRestored("acme", LIMITS, new Origin(0, 0, 0), 0));
    gate = start();

    assertThat(asksToReread(read(REFUSED))).isFalse();
    assertThat(log.tenant("acme")).extracting(Tenant::settings).isEqualTo(LIMITS);
  }

  @Test
  void whatIsReadAgainHoldsAndStandsBehindWhatIsRefused() {
    startWithoutTheEntry();
    read(REFUSED);
    read(new GateEvent.TenantRestored("acme", LIMITS, new Origin(0, 0, 0), 0));

    assertThat(restored(read(REFUSED)))
        .containsExactly(new GateEffect.RestoreTenant("acme", LIMITS, new Origin(0, 0, 0)));
  }

  private static GateEvent resubmitted(long lay) {
    var origin = new Origin(9_000, 0, 900);
    var settings = TenantSettings.DEFAULT.withMaxInFlight(9);
    return new GateEvent.TenantResubmitted("acme", settings, origin, new Origin(1_000, 0, lay));
  }

  private int inForce() {
    var tenant = log.tenant("acme");
    var cap = tenant == null ? null : tenant.settings().maxInFlight();
    return cap == null ? 0 : cap;
  }

  @Test
  void limitsThatAreSentBackHoldIfNoneWereSetSince() {
    read(set(LIMITS));
    read(REFUSED);
    long lay = offset;
    read(new GateEvent.TenantRestored("acme", LIMITS, new Origin(1_001, 0, 1), lay));

    var effects = read(resubmitted(lay));

    assertThat(inForce()).isEqualTo(9);
    assertThat(restored(effects)).hasSize(1); // whoever reads anew cannot judge the condition
  }

  @Test
  void limitsThatAreSentBackTwiceAreNotRefused() {
    read(REFUSED);
    long lay = offset;
    read(resubmitted(lay));

    var effects = read(resubmitted(lay));

    assertThat(inForce()).isEqualTo(9);
    assertThat(effects)
        .noneMatch(
            effect ->
                effect instanceof GateEffect.Decide decide
                    && decide.kind() == GateEffect.DecisionKind.REFUSE);
  }

  /** A gate that is new, and reads first what was sent back, takes it: both must refuse older. */
  @Test
  void limitsThatAreSentBackThoughTheyHoldAreAsNewAsTheirRecord() {
    read(set(TenantSettings.DEFAULT.withMaxInFlight(9)));
    read(resubmitted(offset));
    read(new GateEvent.TenantSet("acme", LIMITS, new Origin(5_000, 1, 3)));

    assertThat(inForce()).isEqualTo(9);
  }

  @Test
  void limitsThatAreSentBackDoNotReplaceNewerOnes() {
    read(REFUSED);
    long lay = offset;
    read(set(LIMITS));

    assertThat(restored(read(resubmitted(lay)))).hasSize(1);
    assertThat(inForce()).isEqualTo(7);

    read(new GateEvent.TenantSet("acme", null, new Origin(2_000, 0, offset + 1)));
    read(resubmitted(lay));
    assertThat(inForce()).as("a removal is newer, too").isZero();
  }

  @Test
  void limitsThatAreSentBackAreTheFirstForADayAlone() {
    read(REFUSED);
    read(resubmitted(offset));
    assertThat(inForce()).isEqualTo(9);

    gate = Gate.restore(GateSettings.defaults(), fresh, fresh, fresh, "test");
    var late = new Cause("tenants", 0, 99, 1_001 + GateSettings.IDLE_TENANT_KEPT_MS);
    MemoryLog.apply(gate, resubmitted(1), late);
    assertThat(fresh.tenant("acme")).isNull();
  }

  @Test
  void limitsThatAreSentBackReplaceNoneOfWhichThePlaceIsUnknown() {
    log.putTenant(new Tenant("acme", LIMITS, new Origin(1_000, 0, 3), null, List.of()));
    log.commit();
    gate = start();

    read(resubmitted(1_000));

    assertThat(inForce()).isEqualTo(7);
  }

  /** It may turn out to be garbage once what was in force is compacted away. */
  @Test
  void behindLimitsThatWaitForTheirSchemaStandsWhatIsInForce() {
    read(set(LIMITS));

    var effects = read(new GateEvent.Parked(77, "acme"));

    assertThat(effects).contains(new GateEffect.Park());
    assertThat(restored(effects)).hasSize(1);
    assertThat(restored(read(new GateEvent.Parked(77)))).isEmpty();
  }

  @Test
  void limitsThatWaitedForTheirSchemaAreNewerThanWhatWasAppendedMeanwhile() {
    read(set(LIMITS));
    var parked = new Origin(1_002, 0, 2);
    read(new GateEvent.Parked(77, "acme"));
    read(new GateEvent.TenantRestored("acme", LIMITS, new Origin(1_001, 0, 1), 2));

    read(new GateEvent.TenantSet("acme", TenantSettings.DEFAULT.withMaxInFlight(9), parked));

    assertThat(log.tenant("acme"))
        .extracting(Tenant::settings)
        .isEqualTo(TenantSettings.DEFAULT.withMaxInFlight(9));
  }

  @Test
  void whatWasRefusedAndSaidTheSameIsNoNewerForAGateThatIsNew() {
    var kept = TenantSettings.DEFAULT.withMaxInFlight(1);
    var later = TenantSettings.DEFAULT.withMaxInFlight(3);
    var fresh = new OneWorker(1);
    long none = GateEvent.TenantSet.NONE;

    // Compaction has left what was refused, as it expected none, and what was in force behind it.
    fresh.decide(new GateEvent.TenantSet("acme", kept, new Origin(9_000, 0, 9), none));
    long refusedAt = fresh.lastOffset();
    fresh.decide(new GateEvent.TenantRestored("acme", kept, new Origin(1_000, 0, 1), refusedAt));
    fresh.decide(new GateEvent.TenantSet("acme", later, new Origin(5_000, 1, 5)));

    assertThat(fresh.limits("acme")).isEqualTo(later);
  }
}
