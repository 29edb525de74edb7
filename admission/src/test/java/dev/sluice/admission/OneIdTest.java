package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.worker.Abilities;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two workers under one id. */
final class OneIdTest {
  private static final Incarnation ONE = new Incarnation("host.1.aaaaaaaa");
  private static final Incarnation TWO = new Incarnation("host.1.bbbbbbbb");

  private final OneWorker worker = new OneWorker(1);
  private long number;

  private void beat(Incarnation incarnation) {
    worker.progress(
        new GateEvent.Heartbeat(
            incarnation,
            ++number,
            Map.of(),
            Set.of("agent"),
            1,
            1,
            null,
            Set.of(),
            Abilities.UNSAID));
  }

  @Test
  void anAlarmNamesBothOnce() {
    beat(ONE);
    beat(TWO);
    beat(ONE);
    beat(TWO);

    assertThat(worker.alarms()).hasSize(1);
    assertThat(worker.alarms().getFirst().toString()).contains(ONE.value(), TWO.value());
  }

  @Test
  void theOlderThatSaysGoodbyeAfterTheOtherHasBegunIsAnAlarm() {
    beat(ONE);
    beat(TWO);
    worker.progress(new GateEvent.Gone(ONE, ONE.value()));
    worker.progress(new GateEvent.Gone(ONE, ONE.value()));

    assertThat(worker.alarms()).hasSize(1);
    assertThat(worker.alarms().getFirst().toString()).contains(ONE.value(), TWO.value());
  }

  /** Nobody knows the life before by its folder, so nobody says that it is dead. */
  @Test
  void aLifeWhoseStateFolderWasLostIsNoAlarm() {
    beat(ONE);
    beat(ONE);
    beat(TWO);
    beat(TWO);
    worker.second();
    beat(TWO);

    assertThat(worker.alarms()).isEmpty();
  }

  @Test
  void aLifeThatIsFoundDeadLaterIsNoAlarm() {
    beat(ONE);
    beat(TWO);
    worker.progress(new GateEvent.Gone(ONE, "supervisor"));
    beat(TWO);

    assertThat(worker.alarms()).isEmpty();
  }

  @Test
  void aSuccessorOfADeadWorkerIsNoAlarm() {
    beat(ONE);
    worker.progress(new GateEvent.Gone(ONE, "test"));
    beat(TWO);

    assertThat(worker.alarms()).isEmpty();
  }

  @Test
  void anotherIdIsNoAlarm() {
    beat(ONE);
    beat(new Incarnation("host.aaaaaaaa"));
    beat(new Incarnation("host.11.bbbbbbbb"));

    assertThat(worker.alarms()).isEmpty();
  }
}
