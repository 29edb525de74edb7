package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.admission.port.Damage;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.contract.GateValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers that are set for all gates: what began before goes on by what it began with. */
final class SetValuesTest {
  private final OneWorker worker = new OneWorker(3);

  private void set(GateValue value, long number) {
    worker.set(Setting.of(value, number));
  }

  private void silence(int seconds) {
    for (int second = 0; second < seconds; second++) {
      worker.silentSecond();
    }
  }

  private static RunKey run(String id) {
    return new RunKey("acme", id);
  }

  private static String phase(OneWorker worker, String id) {
    var phase = worker.phase("acme", id);
    return phase == null ? "ended" : phase.getClass().getSimpleName();
  }

  @Test
  void aLeaseLastsAsLongAsItsDispatchSaid() {
    set(GateValue.LEASE_TTL, 20_000);
    worker.submit("acme", "long", 0);
    set(GateValue.LEASE_TTL, 6_000);
    worker.submit("acme", "short", 0);

    worker.isDeaf = true; // what is lost is not handed out again
    silence(4);
    assertThat(phase(worker, "short")).isEqualTo("Running");
    silence(3);
    assertThat(phase(worker, "short")).isEqualTo("Fencing");
    assertThat(phase(worker, "long")).isEqualTo("Running");
    silence(12);
    assertThat(phase(worker, "long")).isEqualTo("Running");
    silence(2);

    assertThat(phase(worker, "long")).isEqualTo("Fencing");
  }

  @Test
  void aLongerTtlHoldsForNoLeaseFromBefore() {
    set(GateValue.LEASE_TTL, 6_000);
    worker.submit("acme", "short", 0);
    set(GateValue.LEASE_TTL, 20_000);

    worker.isDeaf = true;
    silence(7);

    assertThat(phase(worker, "short")).isEqualTo("Fencing");
  }

  @Test
  void whatIsTakenBackIsAsTheGateWasStarted() {
    set(GateValue.LEASE_TTL, 6_000);
    worker.unset(SettingKey.value(GateValue.LEASE_TTL.text()));
    worker.submit("acme", "run", 0);

    assertThat(worker.phase("acme", "run"))
        .isInstanceOfSatisfying(
            Phase.Running.class, running -> assertThat(running.ttlMs()).isEqualTo(30_000));
  }

  @Test
  void aLeaseThatIsNoLongerKnownIsWaitedForAsLongAsTheLongest() {
    set(GateValue.LEASE_TTL, 20_000);
    worker.submit("acme", "run", 0);
    set(GateValue.LEASE_TTL, 6_000);

    worker.restartWithout(MemoryLog.damage(Damage.Place.RUN, run("run"), ""));
    silence(19);
    assertThat(phase(worker, "run")).isEqualTo("Lost");
    silence(2);

    assertThat(phase(worker, "run")).isEqualTo("ended");
  }

  @Test
  void aWorkerThatIsNoLongerKnownIsWaitedForAsLongAsTheLongest() {
    set(GateValue.LEASE_TTL, 20_000);
    worker.submit("acme", "run", 0);
    set(GateValue.LEASE_TTL, 6_000);

    worker.isDeaf = true;
    worker.restartWithout(MemoryLog.damage(Damage.Place.WORKER, null, "w.1"));
    silence(19);
    assertThat(phase(worker, "run")).isEqualTo("Running");
    silence(2);

    assertThat(phase(worker, "run")).isEqualTo("Fencing");
  }

  @Test
  void theLongestIsKnownWithoutTheClock() {
    set(GateValue.LEASE_TTL, 20_000);
    worker.submit("acme", "run", 0);
    set(GateValue.LEASE_TTL, 6_000);

    worker.isDeaf = true;
    worker.restartWithout(MemoryLog.damage(Damage.Place.CLOCK, null, "clock"));
    silence(1);
    worker.restartWithout(MemoryLog.damage(Damage.Place.WORKER, null, "w.1"));
    silence(19);

    assertThat(phase(worker, "run")).isEqualTo("Running");
  }

  @Test
  void aRunIsHeldForAsLongAsWasTheDefaultWhenItWasAccepted() {
    set(GateValue.MAX_DURATION, 10_000);
    worker.submit("acme", "before", 0);
    set(GateValue.MAX_DURATION, 60_000);
    worker.submit("acme", "behind", 0);

    assertThat(worker.runs())
        .extracting(one -> one.key().id() + " " + one.spec().maxDurationMs())
        .containsExactlyInAnyOrder("before 10000", "behind 60000");
    for (int second = 0; second < 12; second++) {
      worker.second();
    }

    assertThat(worker.phase("acme", "before")).isNotNull();
    assertThat(worker.runs())
        .filteredOn(one -> one.request() != null)
        .extracting(one -> one.key().id())
        .containsExactly("before");
  }

  @Test
  void aDeadRunIsKeptForAsLongAsWasSaidWhenItDied() {
    set(GateValue.DEAD_KEEP, 10_000);
    worker.submit("acme", "before", 0);
    worker.end(Outcome.DEAD);
    set(GateValue.DEAD_KEEP, 60_000);
    worker.submit("acme", "behind", 0);
    worker.end(Outcome.DEAD);
    set(GateValue.DEAD_KEEP, 1_000);

    for (int second = 0; second < 12; second++) {
      worker.second();
    }

    assertThat(worker.runs()).extracting(one -> one.key().id()).containsExactly("behind");
  }

  @Test
  void noMoreDispatchesAreUnansweredThanIsSaid() {
    set(GateValue.MAX_UNANSWERED, 2);
    worker.isDeaf = true;

    List.of("a", "b", "c").forEach(id -> worker.submit("acme", id, 0));

    assertThat(List.of(phase(worker, "a"), phase(worker, "b"), phase(worker, "c")))
        .containsExactly("Dispatched", "Dispatched", "Queued");
  }

  @Test
  void aRunWaitsForAnAgentForAsLongAsIsSaid() {
    set(GateValue.AGENT_WAIT, 5_000);
    worker.submit("acme", "run", RunSpec.of("nobody's"));

    for (int second = 0; second < 8; second++) {
      worker.second();
    }

    assertThat(worker.completed())
        .extracting(one -> one.run().id() + " " + one.outcome())
        .containsExactly("run DEAD");
  }

  @ParameterizedTest
  @EnumSource
  void isWithinItsBounds(GateValue value) {
    set(value, value.least());
    set(value, value.most());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.of(value, value.least() - 1))
        .withMessageContaining(value.text() + " must be");
    assertThatIllegalArgumentException().isThrownBy(() -> Setting.of(value, value.most() + 1));
  }
}
