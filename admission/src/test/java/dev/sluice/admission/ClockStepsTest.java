package dev.sluice.admission;

import static dev.sluice.admission.port.GateEffect.DecisionKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.worker.Abilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Leases under brokers whose clocks differ, leaders that move between them, clocks that step, and
 * tickers that freeze, overlap or are replaced. A failure names its seed.
 */
final class ClockStepsTest {
  private static final int SEEDS = 400;
  private static final int RUNS = 3;
  private static final long KEPT_FOR_MS = 180_000;
  private static final long TICK_MS = 1_000;
  private static final long STEP_MS = 50;
  private static final GateSettings GATE = SimulatedWorld.GATE;

  /** A worker that is not heard for longer has stopped its runs itself (rule 4). */
  private static final long MOST_BETWEEN_HEARTBEATS_MS = GATE.leaseTtlMs() - 2 * TICK_MS;

  private static final Incarnation WORKER = new Incarnation("w.1");

  static LongStream seeds() {
    return LongStream.range(0, SEEDS);
  }

  /**
   * What beats beside a gate: it may freeze, and then makes up for the ticks that it missed; or
   * what it sends may be stuck for a while, and then arrives at once.
   */
  private static final class Ticker {
    private final String name;
    private final long monotonicOffsetMs;
    private final List<Long> sent = new ArrayList<>();
    private long nextMs;
    private long frozenUntilMs;
    private long stuckUntilMs;

    Ticker(String name, long monotonicOffsetMs, long nowMs) {
      this.name = name;
      this.monotonicOffsetMs = monotonicOffsetMs;
      this.nextMs = nowMs + TICK_MS;
    }
  }

  /** One gate partition, with real time apart from what the brokers' clocks say. */
  private static final class Partition {
    private final SplittableRandom random;
    private final MemoryLog log = new MemoryLog();
    private final Gate gate = Gate.restore(GATE, log, log, log, "test");
    private final List<Ticker> tickers = new ArrayList<>();
    private final List<String> released = new ArrayList<>();
    private long nowMs = 1_000_000;
    private long brokerAheadMs;
    private int brokerSpeed = 1;
    private long offset;
    private long heartbeats;
    private int tickersMade;

    Partition(long seed) {
      random = new SplittableRandom(seed);
      replaceTicker();
    }

    List<GateEffect> read(String topic, GateEvent event) {
      var effects =
          MemoryLog.apply(gate, event, new Cause(topic, 0, offset++, nowMs + brokerAheadMs));
      for (var effect : effects) {
        if (effect instanceof GateEffect.Decide decide && decide.kind() == DecisionKind.RELEASE) {
          released.add(decide.runId() + ": " + decide.reason());
        }
      }
      return effects;
    }

    void heartbeat() {
      Map<String, Set<Integer>> held = Map.of("default", Set.of(0));
      var agents = Set.of("agent");
      read(
          "progress",
          new GateEvent.Heartbeat(
              WORKER, ++heartbeats, held, agents, RUNS, RUNS, null, Set.of(), Abilities.UNSAID));
    }

    void startRun(String id) {
      var key = new RunKey("t-" + id, id);
      var origin = new Origin(nowMs, 0, offset);
      read("runs", new GateEvent.Submitted(key, RunSpec.of("agent"), origin));
      read("journal", new GateEvent.InputRead(key));
      read("claims", new GateEvent.Answered(key, 1, GateEvent.Answer.CLAIM, WORKER, heartbeats));
    }

    /** The gate moves: its old clock ends, or goes on for a while beside the new one. */
    void replaceTicker() {
      if (tickers.size() > 1 || random.nextBoolean()) {
        tickers.clear();
      }
      tickers.add(new Ticker("ticker-" + tickersMade++, random.nextLong(1_000_000_000), nowMs));
    }

    void misfortune() {
      var ticker = tickers.get(random.nextInt(tickers.size()));
      switch (random.nextInt(6)) {
        case 0 -> brokerAheadMs = random.nextBoolean() ? 60_000 : 0;
        case 1 -> brokerAheadMs += random.nextLong(-3_600_000, 3_600_000);
        case 2 -> brokerSpeed = random.nextBoolean() ? 1 : random.nextInt(0, 6);
        case 3 -> replaceTicker();
        case 4 -> ticker.frozenUntilMs = nowMs + random.nextLong(30_000);
        default -> ticker.stuckUntilMs = nowMs + random.nextLong(10_000);
      }
    }

    void pass(long ms) {
      nowMs += ms;
      brokerAheadMs += ms * (brokerSpeed - 1);
      tickers.forEach(this::tick);
    }

    private void tick(Ticker ticker) {
      while (ticker.nextMs <= nowMs && ticker.frozenUntilMs <= nowMs) {
        ticker.sent.add(nowMs + ticker.monotonicOffsetMs);
        ticker.nextMs += TICK_MS;
      }
      if (ticker.stuckUntilMs <= nowMs) {
        ticker.sent.forEach(
            monotonicMs -> read("progress", new GateEvent.Tick(ticker.name, monotonicMs)));
        ticker.sent.clear();
      }
    }

    /** One ticker, and a broker whose clock goes as clocks do. */
    void calm() {
      tickers.clear();
      replaceTicker();
      brokerSpeed = 1;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void endsNoLeaseThatIsKeptAndEveryOneThatIsNotHoweverClocksStep(long seed) {
    var partition = new Partition(seed);
    partition.heartbeat();
    for (int run = 0; run < RUNS; run++) {
      partition.startRun("r" + run);
    }

    keepLeases(partition);

    assertThat(partition.released).as("leases that ended though they were kept").isEmpty();

    partition.calm();
    partition.heartbeat();
    pass(partition, GATE.leaseTtlMs() + 2 * TICK_MS, false);
    assertThat(partition.released)
        .as("leases that ended after the last heartbeat")
        .hasSize(RUNS)
        .allSatisfy(lease -> assertThat(lease).endsWith("lease expired"));
  }

  private static void keepLeases(Partition partition) {
    long end = partition.nowMs + KEPT_FOR_MS;
    while (partition.nowMs < end) {
      pass(partition, 1 + partition.random.nextLong(MOST_BETWEEN_HEARTBEATS_MS - 1), true);
      partition.heartbeat();
    }
  }

  private static void pass(Partition partition, long ms, boolean misfortunes) {
    for (long left = ms; left > 0; left -= STEP_MS) {
      partition.pass(Math.min(left, STEP_MS));
      if (misfortunes && partition.random.nextInt(40) == 0) {
        partition.misfortune();
      }
    }
  }
}
