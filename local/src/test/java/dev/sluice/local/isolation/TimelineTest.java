package dev.sluice.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.verification.Latency;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static final Attack NOTHING = attack("computes");
  private static final Attack SLOW = attack("slow");
  private static final Attack LONG = attack("long");

  private final Timeline timeline = new Timeline();

  @Test
  void comparesWithTheNearestWindowsAloneOnly() {
    alone(10, 10);
    alone(40, 42);

    beside(SLOW, 80);

    alone(38, 40);
    alone(10, 10);
    assertThat(timeline.aloneMs(SLOW)).isEqualTo(40);
    assertThat(timeline.judged(SLOW)).isCloseTo(2.0, within(0.001));
  }

  @Test
  void measuresAgainWhatIsAboveTheAimAndJudgesByTheMiddle() {
    alone(40, 40, 40, 40);

    beside(SLOW, 90);

    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isTrue();
    beside(SLOW, 44);
    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isTrue();
    beside(SLOW, 48);
    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isFalse();
    assertThat(timeline.judged(SLOW)).isCloseTo(1.2, within(0.001));
  }

  @Test
  void allowsMoreInProportionOnASlowMachine() {
    alone(90, 90, 90, 90);

    timeline.beside(SLOW, new Latency(80, 200, 200, 5_900));

    assertThat(timeline.mostMs()).isEqualTo(6_000);
    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isFalse();
    assertThat(timeline.bound(NOTHING)).isCloseTo(3.0, within(0.001));
  }

  @Test
  void measuresAgainOnASlowMachineWhatIsFarAbove() {
    alone(90, 90, 90, 90);

    beside(SLOW, 300);
    timeline.beside(LONG, new Latency(80, 90, 90, 6_100));

    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isTrue();
    assertThat(timeline.isToBeMeasuredAgain(LONG)).isTrue();
  }

  @Test
  void takesNoMachineForFasterThanTheUsualOne() {
    assertThat(Timeline.slowness(20)).isEqualTo(1);
    assertThat(Timeline.slowness(90)).isEqualTo(2);
  }

  @Test
  void measuresOnceWhatIsBelowTheAim() {
    alone(40, 40, 40, 40);

    beside(SLOW, 60);

    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isFalse();
  }

  @Test
  void allowsWhatTheMachineDoesByItself() {
    alone(40, 40, 50, 40, 40, 50, 40, 40, 50, 40, 40);

    assertThat(timeline.noise()).isCloseTo(0.25, within(0.001));
    assertThat(timeline.bound(NOTHING)).isCloseTo(1.75, within(0.001));
    beside(NOTHING, 60);
    assertThat(timeline.bound(NOTHING)).isCloseTo(2.0, within(0.001));
  }

  @Test
  void doesNotJudgeOnAMachineThatChangesByMoreThanTheAim() {
    alone(40, 40, 40, 40, 40, 40);
    assertThat(timeline.disturbance()).isEmpty();

    alone(90, 40, 40, 90, 40, 40, 90, 40, 40, 90, 40, 40);

    assertThat(timeline.disturbance()).contains("by itself");
  }

  @Test
  void doesNotJudgeWhereOthersWork() {
    alone(40, 40, 40, 40, 40, 40);

    timeline.alone(latency(40), 1.2);
    timeline.alone(latency(40), 0.9);

    assertThat(timeline.disturbance()).contains("0.90 of the cores");
  }

  @Test
  void measuresAgainWhereTheLongestWasTooLong() {
    alone(40, 40, 40, 40);

    timeline.beside(SLOW, new Latency(80, 40, 40, 5_000));

    assertThat(timeline.isToBeMeasuredAgain(SLOW)).isTrue();
    beside(SLOW, 40);
    beside(SLOW, 40);
    assertThat(timeline.judgedLongestMs(SLOW)).isEqualTo(40);
  }

  private void alone(long... p50s) {
    for (long p50 : p50s) {
      timeline.alone(latency(p50), 0.1);
    }
  }

  private void beside(Attack attack, long p50) {
    timeline.beside(attack, latency(p50));
  }

  private static Latency latency(long p50) {
    return new Latency(80, p50, p50, p50);
  }

  private static Attack attack(String name) {
    return new Attack(name, "", "", (with, over) -> {});
  }
}
