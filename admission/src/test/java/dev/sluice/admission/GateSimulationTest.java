package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.rules.EarlyCommands;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.RetryRule;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.contract.GateValue;
import dev.sluice.contract.JournalFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of small histories with repeats, any order between topics, lost, frozen and broken
 * workers, and gates that restart at any record. A failure names its seed.
 */
final class GateSimulationTest {
  private static final int BATCHES = 20;
  private static final int SEEDS_PER_BATCH =
      Integer.getInteger("simulation.seeds", 4_000) / BATCHES;
  private static final int ACTIONS = 150;
  private static final int DRAIN_TURNS = 4_000;

  /**
   * For so many turns of 0.1 s on average the gate reads nothing: then it may read a tick first.
   */
  private static final int LAG = 6;

  private static final String POISON = "7";

  private static final AtomicInteger SUSPECTS = new AtomicInteger();

  static LongStream batches() {
    return LongStream.range(0, BATCHES);
  }

  @ParameterizedTest(name = "batch {0}")
  @MethodSource("batches")
  void keepsItsInvariantsWhateverHappens(long batch) {
    int crowdedOut = 0;
    int rounds = 0;
    int braked = 0;
    int replaced = 0;
    int chosen = 0;
    var combined = new TreeMap<String, Integer>();
    var treeCalls = new TreeMap<String, Integer>();
    for (long seed = batch * SEEDS_PER_BATCH; seed < (batch + 1) * SEEDS_PER_BATCH; seed++) {
      try {
        var world = simulate(seed);
        crowdedOut += world.quotas.crowdedOut();
        SUSPECTS.addAndGet(world.suspects);
        rounds += world.live.rounds();
        braked += world.checks.brakes.counted();
        replaced += world.replaced;
        chosen += world.checks.deploys.choices();
        world.checks.combined.counts.forEach(
            (kind, count) -> combined.merge(kind, count, Integer::sum));
        world.checks.treeCalls.counts.forEach(
            (kind, count) -> treeCalls.merge(kind, count, Integer::sum));
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
    assertThat(rounds).as("rounds in which every live run is told of").isPositive();
    assertThat(braked).as("starts under brakes").isPositive();
    assertThat(replaced).as("limits that replaced those that were expected").isPositive();
    assertThat(chosen).as("runs that some worker could not replay").isPositive();
    assertThat(combined.keySet())
        .as("what combined waits came to")
        .containsExactly("All", "Child", "ForSignal", "Timer");
    assertThat(treeCalls.keySet())
        .as("what runs did to others of their trees")
        .containsExactly("DELIVERED", "ENDED", "FOREIGN", "UNKNOWN", "cancelled", "out of bounds");
    assertThat(crowdedOut).as("submissions that a full partition refused").isPositive();
    if (batch == BATCHES - 1) {
      assertThat(SUSPECTS).as("suspects that were handed out, in all batches").hasPositiveValue();
    }
  }

  /** {@code -Dsimulation.seed=N} plays one history again. */
  @Test
  @EnabledIfSystemProperty(named = "simulation.seed", matches = "[0-9]+")
  void playsOneHistoryAgain() {
    simulate(Long.getLong("simulation.seed"));
  }

  private static SimulatedWorld simulate(long seed) {
    var world = new SimulatedWorld(seed);
    play(world, ACTIONS);
    readAll(world);
    world.assertCompactionKeepsWhatIsInForce();
    finish(world);
    world.assertCompactionKeepsWhatIsInForce();
    return world;
  }

  /** Plays a history with all faults, then one without {@code faults} until all has ended. */
  static void simulate(SimulatedWorld world, Runnable faults) {
    world.beforeRecord = faults;
    play(world, ACTIONS);
    world.beforeRecord = () -> {};
    finish(world);
    readAll(world);
  }

  private static void finish(SimulatedWorld world) {
    drain(world);
    world.checks.checkEnd();
    world.assertNothingLeft();
    world.assertNoCommandIsKept();
  }

  /** Plays the beginning of a history. */
  static void play(SimulatedWorld world, int actions) {
    for (int i = 0; i < 2; i++) {
      addWorker(world);
    }
    for (int i = 0; i < actions; i++) {
      act(world);
      world.pass(world.random.nextInt(150));
      for (int reads = world.random.nextInt(6); reads > 0; reads--) {
        world.readOne();
      }
      if (world.random.nextInt(10) == 0) {
        world.restartGate();
      }
    }
  }

  private static void act(SimulatedWorld world) {
    int choice = world.random.nextInt(24);
    switch (choice) {
      case 0, 1, 2, 3, 4 -> submit(world);
      case 5 -> cancel(world);
      case 6 -> setTenant(world);
      case 7 -> fault(world);
      case 8 -> command(world);
      case 9 -> world.append("settings", anySetting(world.random));
      default -> work(world);
    }
  }

  private static void submit(SimulatedWorld world) {
    long now = world.nowMs;
    var spec =
        new RunSpec(
            world.random.nextInt(20) == 0 ? "rare" : "common",
            anyPool(world),
            world.random.nextInt(-2, 3),
            Map.of(),
            world.random.nextInt(3) == 0
                ? Map.of(SimulatedExecution.METER, (long) world.random.nextInt(25))
                : Map.of(),
            Map.of(),
            world.random.nextInt(10) == 0 ? 2_000L : null,
            world.random.nextInt(10) == 0 ? now + 3_000L : null,
            world.random.nextInt(10) == 0 ? now + world.random.nextInt(8_000) : null,
            world.random.nextInt(10) == 0 ? now + 2_000L : null,
            new RetryRule(1 + world.random.nextInt(3), 500, 2_000),
            TreeLimits.NONE,
            null,
            null);
    world.append("runs", new GateEvent.Submitted(anyRun(world), spec, world.nextOrigin()));
  }

  private static String anyPool(SimulatedWorld world) {
    return switch (world.random.nextInt(60)) {
      case 0 -> "nowhere";
      case 1, 2, 3, 4 -> "late";
      default -> "default";
    };
  }

  private static RunKey anyRun(SimulatedWorld world) {
    return new RunKey("t" + world.random.nextInt(3), "r" + world.random.nextInt(25));
  }

  private static void cancel(SimulatedWorld world) {
    var id = "c" + world.random.nextInt(10);
    command(world, GateEvent.CommandKind.CANCEL, id);
  }

  private static void command(SimulatedWorld world) {
    var id = "d" + world.random.nextInt(1_000);
    var kind =
        world.random.nextInt(3) == 0 ? GateEvent.CommandKind.REDRIVE : GateEvent.CommandKind.SIGNAL;
    command(world, kind, id);
  }

  private static void command(SimulatedWorld world, GateEvent.CommandKind kind, String id) {
    var live = List.copyOf(world.runs());
    var run =
        live.isEmpty() || world.random.nextInt(4) == 0
            ? anyRun(world)
            : live.get(world.random.nextInt(live.size())).key();
    var signal = "s" + world.random.nextInt(2);
    world.append("commands", new GateEvent.Commanded(run, id, kind, signal, world.nextOrigin()));
  }

  /** Often several at once, as the gate's answer to one may lie behind the next. */
  private static void setTenant(SimulatedWorld world) {
    for (int more = world.random.nextInt(3); more >= 0; more--) {
      world.append("tenants", anyLimits(world, "t" + world.random.nextInt(3)));
    }
  }

  private static GateEvent anyLimits(SimulatedWorld world, String tenant) {
    var random = world.random;
    var origin = world.nextOrigin();
    var settings =
        TenantSettings.DEFAULT
            .withMaxInFlight(random.nextInt(4))
            .withPaused(random.nextInt(5) == 0);
    return switch (random.nextInt(12)) {
      case 11 -> {
        long at = Math.max(0, world.newestOf(tenant, random) - random.nextInt(3));
        var lay = new Origin(world.nowMs, 0, at);
        yield new GateEvent.TenantResubmitted(tenant, settings, origin, lay);
      }
      case 8 -> new GateEvent.TenantSet(tenant, settings, origin, GateEvent.TenantSet.NONE);
      case 9 -> new GateEvent.TenantSet(tenant, settings, origin, world.newestOf(tenant, random));
      case 10 ->
          new GateEvent.TenantSet(
              tenant, settings, origin, world.newestOf(tenant, random) - random.nextInt(5));
      case 0, 1 -> new GateEvent.TenantRefused(tenant, "garbage");
      case 2 -> new GateEvent.TenantSet(tenant, TenantSettings.DEFAULT.withMaxInFlight(-1), origin);
      case 3 -> new GateEvent.TenantSet(tenant, null, origin);
      case 4 -> { // sent to a partition where it does not belong, and re-routed
        long before = world.nowMs - random.nextInt(3_000);
        var elsewhere = new Origin(before, 1, origin.offset());
        yield new GateEvent.TenantSet(tenant, settings, elsewhere);
      }
      default -> new GateEvent.TenantSet(tenant, settings, origin);
    };
  }

  private static void setTenant(SimulatedWorld world, String tenant, int cap, boolean paused) {
    var settings = TenantSettings.DEFAULT.withMaxInFlight(cap).withPaused(paused);
    world.append("tenants", new GateEvent.TenantSet(tenant, settings, world.nextOrigin()));
  }

  /** What somebody says of pools, plans, agents and values. */
  static GateEvent anySetting(SplittableRandom random) {
    return random.nextInt(3) == 0 ? anyBrake(random) : anyPoolOrPlan(random);
  }

  private static GateEvent anyBrake(SplittableRandom random) {
    var brake =
        switch (random.nextInt(6)) {
          case 0 -> new Brake(true, null);
          case 1 -> new Brake(false, random.nextInt(3));
          case 2, 3 -> new Brake(false, 1 + random.nextInt(300));
          default -> Brake.NONE;
        };
    return switch (random.nextInt(4)) {
      case 0 -> set(Setting.of("default", new PoolSetting(false, brake)));
      case 1 -> set(Setting.of("late", new PoolSetting(false, brake)));
      case 2 -> set(Setting.of("common", brake));
      default -> set(Setting.of("rare", brake));
    };
  }

  private static GateEvent anyPoolOrPlan(SplittableRandom random) {
    var pool = random.nextInt(4) == 0 ? "default" : "late";
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> set(Setting.of(pool, PoolSetting.OPEN));
      case 3 -> set(Setting.of(pool, PoolSetting.CLOSED));
      case 4 -> new GateEvent.SettingSet(SettingKey.pool(pool), null);
      case 5 -> new GateEvent.SettingSet(SettingKey.plan("free"), null);
      case 6 -> new GateEvent.SettingRefused(SettingKey.pool(pool), "garbage");
      case 7 -> new GateEvent.SettingSet(SettingKey.value(anyValue(random).text()), null);
      case 8, 9, 10 -> set(anyNumber(anyValue(random), random));
      default -> set(Setting.of("free", SimulatedWorld.plan(1 + random.nextInt(3))));
    };
  }

  private static GateValue anyValue(SplittableRandom random) {
    var all = List.of(GateValue.values());
    return random.nextBoolean() ? GateValue.LEASE_TTL : all.get(random.nextInt(all.size()));
  }

  private static Setting anyNumber(GateValue value, SplittableRandom random) {
    long number =
        switch (value) {
          case LEASE_TTL -> 6_000 + 3_000 * random.nextLong(5);
          case AGENT_WAIT -> 2_000 + random.nextLong(20_000);
          case MAX_UNANSWERED -> 1 + random.nextLong(8);
          case MAX_DURATION -> 20_000 + random.nextLong(100_000);
          case DEAD_KEEP -> 60_000 + random.nextLong(1_000_000);
        };
    return Setting.of(value, number);
  }

  private static GateEvent set(Setting setting) {
    return new GateEvent.SettingSet(setting.key(), setting);
  }

  private static void work(SimulatedWorld world) {
    var worker = world.workers.get(world.random.nextInt(world.workers.size()));
    if (!worker.acts()) {
      return;
    }
    switch (world.random.nextInt(4)) {
      case 0 -> world.heartbeat(worker);
      case 1 -> world.answer(worker);
      case 2 -> workAtRisk(world, worker);
      default -> {
        workOnOne(world, worker);
        if (world.random.nextInt(20) == 0) {
          world.endStuck(worker);
        }
      }
    }
  }

  /** Some runs are what their worker dies of, with all that it holds. */
  private static void workAtRisk(SimulatedWorld world, SimulatedWorker worker) {
    if (worker.executions.keySet().stream().anyMatch(run -> run.id().endsWith(POISON))) {
      kill(world, worker);
    } else {
      workOnOne(world, worker);
    }
  }

  private static void workOnOne(SimulatedWorld world, SimulatedWorker worker) {
    var runs = List.copyOf(worker.executions.keySet());
    if (!runs.isEmpty()) {
      world.work(worker, runs.get(world.random.nextInt(runs.size())));
    }
  }

  private static void fault(SimulatedWorld world) {
    var worker = world.workers.get(world.random.nextInt(world.workers.size()));
    switch (world.random.nextInt(7)) {
      case 0, 1 -> kill(world, worker);
      case 2 -> worker.frozen = !worker.dead;
      case 3 -> thaw(world, worker);
      case 4 -> movePartition(world, world.random.nextInt(SimulatedWorld.PARTITIONS));
      case 5 -> world.changeClock();
      default -> {
        if (worker.acts()) {
          world.answerLost(worker);
        }
      }
    }
  }

  private static void kill(SimulatedWorld world, SimulatedWorker worker) {
    if (worker.dead) {
      return;
    }
    worker.die();
    if (world.random.nextBoolean()) {
      world.append("progress", new GateEvent.Gone(worker.incarnation, "simulation"));
    }
    addWorker(world);
    List.copyOf(worker.partitions).forEach(partition -> movePartition(world, partition));
  }

  /** A frozen worker wakes inside a step: it writes the result before it looks at its deadline. */
  private static void thaw(SimulatedWorld world, SimulatedWorker worker) {
    if (worker.frozen && !worker.dead) {
      worker.frozen = false;
      workOnOne(world, worker);
      world.lookAtDeadlines(worker);
    }
  }

  private static void addWorker(SimulatedWorld world) {
    int number = world.workers.size();
    Set<String> agents = number % 2 == 0 ? Set.of("common", "rare") : Set.of("common");
    int format = number % 5 == 3 ? 0 : number % 7 == 2 ? 1 : JournalFormats.NEWEST;
    world.workers.add(
        new SimulatedWorker("w" + number + ".x", 1 + number % 3, agents, code(world), format));
    for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
      if (world.random.nextBoolean() || number == 0) {
        movePartition(world, partition);
      }
    }
  }

  /** A later worker has later code, which can replay most of what was written before. */
  private static List<String> code(SimulatedWorld world) {
    int own = Math.min(5, world.workers.size() / 2);
    var versions = new ArrayList<>(List.of("v" + own));
    for (int before = 0; before < own; before++) {
      if (world.random.nextInt(4) > 0) {
        versions.add("v" + before);
      }
    }
    return versions;
  }

  private static void movePartition(SimulatedWorld world, int partition) {
    var acting =
        world.workers.stream()
            .filter(worker -> worker.acts() && worker.stuck.size() * 2 < worker.slots)
            .toList();
    if (!acting.isEmpty()) {
      world.workers.forEach(worker -> worker.partitions.remove(partition));
      acting.get(world.random.nextInt(acting.size())).partitions.add(partition);
    }
  }

  /** No more faults: everything that was accepted has to come to its end. */
  private static void drain(SimulatedWorld world) {
    world.workers.forEach(worker -> thaw(world, worker));
    world.bodiesMayLinger = false;
    addWorker(world);
    for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
      movePartition(world, partition);
    }
    List.of("t0", "t1", "t2").forEach(tenant -> setTenant(world, tenant, 2, false));
    isOver(world); // all that is on its way is read
    ease(world);
    for (int turn = 0; turn < DRAIN_TURNS && !isOver(world); turn++) {
      drainTurn(world, turn);
      while (turn < DRAIN_TURNS && world.random.nextInt(LAG) > 0) { // the gate is behind
        drainTurn(world, ++turn);
      }
    }
    assertThat(world.checks.isOver())
        .as("I2, I7: every accepted run ends; these live on: %s", world.liveRuns())
        .isTrue();
  }

  private static void ease(SimulatedWorld world) {
    for (var setting : world.settings()) {
      if (setting.pool() != null) {
        var pool = new PoolSetting(setting.pool().closed(), Brake.NONE);
        world.append("settings", set(Setting.of(setting.key().name(), pool)));
      } else if (setting.agent() != null) {
        world.append("settings", new GateEvent.SettingSet(setting.key(), null));
      }
    }
  }

  private static boolean isOver(SimulatedWorld world) {
    boolean moved = readAll(world);
    return !moved && world.checks.isOver();
  }

  private static boolean readAll(SimulatedWorld world) {
    boolean moved = false;
    while (world.readOne()) {
      moved = true;
    }
    return moved;
  }

  /** A worker may die of a body that does not stop, also when nothing else fails any more. */
  private static void takeOver(SimulatedWorld world) {
    for (int partition = 0; partition < SimulatedWorld.PARTITIONS; partition++) {
      int left = partition;
      if (world.workers.stream().noneMatch(one -> one.acts() && one.partitions.contains(left))) {
        movePartition(world, partition);
      }
    }
  }

  private static void drainTurn(SimulatedWorld world, int turn) {
    world.pass(world.onlyPoolsAreMissing() ? EarlyCommands.WAIT_MS : 100);
    takeOver(world);
    for (var worker : world.workers) {
      if (worker.acts()) {
        if (turn % 10 == 0) { // a third of the shortest TTL
          world.heartbeat(worker);
        }
        world.answer(worker);
        workOnOne(world, worker);
      }
    }
    if (turn % 20 == 0) {
      signalThoseWhoWaitForSeveral(world, turn);
    }
  }

  /** Those alone who miss a signal: whoever has all that he waits for must go on without. */
  private static void signalThoseWhoWaitForSeveral(SimulatedWorld world, int turn) {
    for (var run : world.liveRuns()) {
      if (run.phase() instanceof Phase.Waiting waiting
          && waiting.on() instanceof Wait.Combined wait) {
        for (var name : missing(run, wait)) {
          var id = "z%d-%s-%s".formatted(turn, run.key().id(), name);
          var kind = GateEvent.CommandKind.SIGNAL;
          var command = new GateEvent.Commanded(run.key(), id, kind, name, world.nextOrigin());
          world.append("commands", command);
        }
      }
    }
  }

  private static Set<String> missing(Run run, Wait.Combined wait) {
    var names = new ArrayList<String>();
    for (var branch : wait.branches()) {
      if (branch instanceof Branch.ForSignal awaited) {
        names.add(awaited.name());
      }
    }
    run.inbox().untaken().forEach(signal -> names.remove(signal.name()));
    return new TreeSet<>(names);
  }
}
