package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.Agent;
import dev.sluice.v1.AnswerKind;
import dev.sluice.verification.Latency;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a runner without a free slot does to the runs that another could take. */
final class FullRunnerIT {
  private static final int SLOTS = 4;
  private static final int ROUNDS = 3;
  private static final int RUNS = 100;
  private static final int AT_ONCE = 2;
  private static final int BURSTS = 9;
  private static final int BURST = 40;
  private static final long HEARTBEAT_MS = 2_000;

  /** A pause of the machine hits one side alone; waiting for a slot of the full runner is hours. */
  private static final long NOISE_MS = 100;

  /** Two runners, of which one can be filled: it alone has the agent of the long runs. */
  private static final class TwoRunners implements AutoCloseable {
    private final TestCluster cluster = new TestCluster();
    private final StampAgent brief = StampAgent.brief("brief");
    private final StampAgent hours = StampAgent.endless("hours");
    private int submitted;

    TwoRunners() {
      cluster.startGate();
      cluster.startRunner("filled", SLOTS, List.<Agent<?, ?>>of(brief, hours));
      cluster.startRunner("other", SLOTS, List.<Agent<?, ?>>of(brief));
    }

    void fill() throws InterruptedException {
      for (int i = 0; i < SLOTS; i++) {
        hours.submit(cluster, "patient-" + i, "hours");
      }
      hours.awaitStarts(SLOTS);
    }

    List<Long> startSome() throws InterruptedException {
      for (int i = 0; i < AT_ONCE; i++) {
        int number = submitted++;
        brief.submit(cluster, "tenant-" + number % 40, "run-" + number);
      }
      return brief.awaitStarts(AT_ONCE);
    }

    long returned() {
      return cluster.history().answers().stream()
          .filter(answer -> answer.answer().getKind() != AnswerKind.CLAIM)
          .count();
    }

    @Override
    public void close() {
      hours.release();
      cluster.close();
    }
  }

  @Test
  void delaysNoShortRunThatAnotherRunnerHasRoomFor() throws Exception {
    try (var empty = new TwoRunners();
        var filled = new TwoRunners()) {
      filled.fill();
      measure(empty, filled);

      var withEmpty = new ArrayList<Long>();
      var withFilled = new ArrayList<Long>();
      for (int round = 0; round < ROUNDS; round++) {
        var p99 = measure(empty, filled);
        withEmpty.add(p99.get(0));
        withFilled.add(p99.get(1));
      }

      assertThat(median(withFilled))
          .as("p99 start latency in ms beside a full runner %s, without %s", withFilled, withEmpty)
          .isLessThanOrEqualTo(2 * median(withEmpty) + NOISE_MS);
      assertThat(filled.returned())
          .as("dispatches to the full runner, returned")
          .isLessThan(RUNS * ROUNDS / 20);
    }
  }

  /**
   * What a runner returns waits until a heartbeat shows room. Every burst begins with all slots
   * free and ends with all free, and the heartbeats before it said no less: the one that the
   * returned runs wait for must come at once, not when the next is due, 2 s after the last.
   */
  @Test
  void takesWhatItHadToReturnAsSoonAsASlotIsFree() throws Exception {
    var brief = StampAgent.brief("brief");
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w", SLOTS, List.<Agent<?, ?>>of(brief));

      var slowest = new ArrayList<Long>();
      for (int burst = 0; burst < BURSTS; burst++) {
        for (int tenant = 0; tenant < BURST; tenant++) {
          brief.submit(cluster, "tenant-" + tenant, "run-" + burst);
        }
        slowest.add(Latency.of(brief.awaitStarts(BURST)).maxMs());
      }

      assertThat(median(slowest))
          .as("slowest start of each burst in ms: %s", slowest)
          .isLessThan(HEARTBEAT_MS / 2);
    }
  }

  /** By turns, so that whatever else the machine does meets both alike. */
  private static List<Long> measure(TwoRunners empty, TwoRunners filled) throws Exception {
    var withEmpty = new ArrayList<Long>();
    var withFilled = new ArrayList<Long>();
    for (int i = 0; i < RUNS / AT_ONCE; i++) {
      withEmpty.addAll(empty.startSome());
      withFilled.addAll(filled.startSome());
    }
    return List.of(Latency.of(withEmpty).p99Ms(), Latency.of(withFilled).p99Ms());
  }

  private static long median(List<Long> rounds) {
    return Latency.of(rounds).p50Ms();
  }
}
