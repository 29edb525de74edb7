package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.GateSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Leases that end though their holder lives and has not ended them. */
final class LeaseEndsTest {
  private final OneWorker worker = new OneWorker(3);

  private void passLeaseTime(long ms) {
    for (long passed = 0; passed < ms; passed += 1_000) {
      worker.second();
    }
  }

  @Test
  void aBodyThatDoesNotStopKeepsNoSlotOfItsTenant() {
    worker.submit("acme", "run", 0);
    worker.cancel("acme", "run");
    worker.beatStopping(worker.longest());

    passLeaseTime(GateSettings.STOP_GRACE_MS - 2_000);
    assertThat(worker.completed()).as("within the grace").isEmpty();
    passLeaseTime(4_000);

    assertThat(worker.completed())
        .extracting(GateEffect.Complete::outcome)
        .containsExactly(Outcome.CANCELLED);
    assertThat(worker.phase("acme", "run")).isNull();
    assertThat(worker.alarms())
        .anyMatch(alarm -> alarm.contains("it was told to stop but still executes"));
  }

  @Test
  void theGraceDoesNotBeginBeforeTheHolderHasSaidThatItWasTold() {
    worker.submit("acme", "run", 0);
    worker.cancel("acme", "run");

    passLeaseTime(2 * GateSettings.STOP_GRACE_MS);

    assertThat(worker.completed()).isEmpty();
  }

  @Test
  void nobodyElsesWordBeginsAGrace() {
    worker.submit("acme", "run", 0);
    worker.submit("acme", "other", 0);
    worker.cancel("acme", "run");
    var run = worker.longest().run();

    worker.beatStopping("forger.1", run.key(), run.epoch());
    worker.beatStopping("w.1", run.key(), run.epoch() + 1);
    worker.beatStopping("w.1", new RunKey("acme", "other"), 1);
    worker.beatStopping("w.1", new RunKey("acme", "nobody"), 1);
    passLeaseTime(2 * GateSettings.STOP_GRACE_MS);

    assertThat(worker.completed()).isEmpty();
  }

  @Test
  void aLeaseThatItsHolderDoesNotNameEndsAfterATtl() {
    worker.submit("acme", "run", 0);
    worker.submit("acme", "named", 0);
    var named = Set.of(new RunKey("acme", "named"));

    worker.beatHeld(named);
    passLeaseTime(20_000);
    worker.beatHeld(named);
    assertThat(worker.running("acme")).as("within the TTL").isEqualTo(2);
    assertThat(worker.alarms()).isEmpty();
    passLeaseTime(12_000);
    worker.beatHeld(named);

    assertThat(worker.alarms()).anyMatch(alarm -> alarm.contains("does not name it"));
    assertThat(worker.started()).as("it goes on, behind a fence").endsWith("run");
    assertThat(worker.started()).containsExactly("run", "named", "run");
  }

  @Test
  void aLeaseThatIsNamedAgainGoesOn() {
    worker.submit("acme", "run", 0);
    var run = Set.of(new RunKey("acme", "run"));

    worker.beatHeld(Set.of());
    passLeaseTime(20_000);
    worker.beatHeld(run);
    passLeaseTime(20_000);
    worker.beatHeld(Set.of());

    assertThat(worker.started()).containsExactly("run");
  }

  @Test
  void aLateClaimOfAnEndedRunIsItsHoldersOwnOrRevokedWhateverTheHashOfItsName() {
    worker.submit("acme", "run", 0);
    worker.end(Outcome.SUCCEEDED);
    assertThat("vM1".hashCode()).isEqualTo("w.1".hashCode());

    assertThat(revoked("w.1")).isFalse();
    assertThat(revoked("vM1")).isTrue();
  }

  private boolean revoked(String incarnation) {
    var claim =
        new GateEvent.Answered(
            new RunKey("acme", "run"), 1, GateEvent.Answer.CLAIM, new Incarnation(incarnation), 1);
    return worker.decide(claim).stream().anyMatch(GateEffect.Control.class::isInstance);
  }
}
