package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.admission.worker.Worker;
import dev.sluice.contract.Bounds;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever may append to {@code progress} may invent workers; the gate keeps so many of them. */
final class InventedWorkersTest {
  private static final int FLOOD = 2 * Bounds.WORKERS;

  private final OneWorker worker = new OneWorker(1);
  private int invented;

  private GateEvent.Heartbeat heartbeat(SplittableRandom random) {
    var agents = new HashSet<String>();
    for (int i = random.nextInt(40); i > 0; i--) {
      agents.add("agent-" + random.nextInt(10_000));
    }
    if (random.nextInt(20) == 0) {
      for (int i = 0; i < Bounds.AGENTS - 40; i++) {
        agents.add("many-" + i);
      }
    }
    var incarnation = new Incarnation("invented-" + invented++ + ".x");
    var partitions = Map.of("default", Set.of(100 + random.nextInt(200)));
    return new GateEvent.Heartbeat(
        incarnation, random.nextInt(9), partitions, agents, 1, 1, null, Set.of(), Abilities.UNSAID);
  }

  private GateEvent record(SplittableRandom random) {
    return random.nextInt(4) == 0
        ? new GateEvent.Gone(new Incarnation("invented-" + invented++ + ".x"), "nobody")
        : heartbeat(random);
  }

  private void assertBounded() {
    var kept = worker.workers();
    assertThat(kept).hasSizeLessThanOrEqualTo(Bounds.WORKERS);
    assertThat(kept.stream().mapToInt(Worker::names).sum())
        .isLessThanOrEqualTo(Bounds.WORKER_NAMES);
  }

  static LongStream seeds() {
    return LongStream.range(0, 2);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aFloodIsRefusedAndWhoHoldsALeaseIsNot(long seed) {
    var random = new SplittableRandom(seed);
    worker.submit("acme", "held", 0);
    for (int i = 0; i < FLOOD; i++) {
      worker.progress(record(random));
    }
    assertBounded();
    assertThat(worker.alarms())
        .anySatisfy(
            alarm -> assertThat(alarm).contains("a worker is refused", "" + Bounds.WORKERS));

    worker.submit("acme", "next", 0);
    worker.end(Outcome.SUCCEEDED);

    assertThat(worker.started()).containsExactly("held", "next");
  }

  @Test
  void whoIsNotHeardAnyMoreGivesWay() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < FLOOD; i++) {
      worker.progress(heartbeat(random));
    }
    for (int second = 0; second < 40; second++) {
      worker.pass(1_000);
      worker.progress(new GateEvent.Tick("another", second * 1_000L));
    }

    var newcomer = heartbeat(random);
    worker.progress(newcomer);

    assertThat(worker.workers()).anyMatch(one -> one.incarnation().equals(newcomer.worker()));
    assertBounded();
  }
}
