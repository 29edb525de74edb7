package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.store.PlantedFields;
import dev.sluice.v1.AgentSetting;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.Gone;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.HeldRun;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Notice;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SentWait;
import dev.sluice.v1.Setting;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.TenantLimits;
import dev.sluice.v1.Tick;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.Until;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every field of every record that the gate reads, at, below and beyond its bounds, in every state
 * of the run that it is about: the gate goes on, and so do other tenants.
 */
final class GateDoorsTest {
  private static final String VICTIM = "victim";
  private static final String RUN = "r";
  private static final String OTHER = "other";
  private static final String HEALTHY = "h.00000001";
  private static final int MOST_ROUNDS = 10;

  /** All of a tenant's of the default plan. */
  private static final int SLOTS = 2;

  /** Together longer than a holder may be silent that was never heard. */
  private static final int MOST_PAIRS = 14;

  private static final int SECONDS_OF_PAIR = 60;

  /** What the run that the records are about is doing. */
  enum Doing {
    NOTHING,
    QUEUED,
    DISPATCHED,
    RUNNING,
    SLEEPING,
    FENCING,
    DEAD
  }

  @TempDir private Path dir;

  @ParameterizedTest
  @EnumSource
  void noFieldOfAnyRecordStopsTheGate(Doing doing) {
    int records = 0;
    for (var planted : planted()) {
      try (var bed = new GateBed(dir.resolve(planted.name()))) {
        bring(bed, doing);
        for (var record : planted.records()) {
          send(bed, planted.topic(), record);
          records++;
        }
        var worker = healthy(doing, planted);
        assertOthersGoOn(bed, worker, planted.name());
        assertNoSlotLeaks(bed, worker, planted.name());
      }
    }
    assertThat(records).isGreaterThan(500);
  }

  /** The worker that the records are about, unless it was said to be dead or holds the run. */
  private static String healthy(Doing doing, Planted planted) {
    return switch (doing) {
      case DISPATCHED, RUNNING, FENCING -> HEALTHY;
      case NOTHING, QUEUED, SLEEPING, DEAD ->
          planted.name().contains("Gone") ? HEALTHY : GateBed.WORKER;
    };
  }

  private static void bring(GateBed bed, Doing doing) {
    if (doing == Doing.NOTHING) {
      return;
    }
    if (doing != Doing.QUEUED) {
      bed.heartbeat(100);
    }
    bed.submit(VICTIM, RUN);
    bed.echo();
    if (doing == Doing.QUEUED || doing == Doing.DISPATCHED) {
      return;
    }
    var dispatch = bed.dispatches().getFirst();
    bed.claim(dispatch);
    bed.heartbeat(100);
    switch (doing) {
      case SLEEPING -> bed.journal(entry(yielded(new Sleep(3_600_000L))));
      case FENCING ->
          bed.send(Topics.PROGRESS, "", new Progress(new Gone("w", GateBed.WORKER, "supervisor")));
      case DEAD ->
          bed.journal(
              entry(
                  new EndEntry(
                      RunStatus.DEAD, null, "application/json", error(), Map.of("calls", 1L))));
      default -> {}
    }
  }

  private static void send(GateBed bed, String topic, SpecificRecord record) {
    switch (record) {
      case RunSubmitted run -> bed.send(topic, run.getTenant(), run);
      case RunCommand command -> bed.send(topic, command.getTenant(), command);
      case TenantLimits limits -> bed.send(topic, limits.getTenant(), limits);
      case Setting setting -> bed.send(topic, setting.getKind() + "/" + setting.getName(), setting);
      case DispatchAnswer answer -> bed.send(topic, answer.getTenant(), answer);
      case Progress progress -> bed.send(topic, "", progress);
      case JournalRecord journal -> bed.send(topic, key(journal), journal);
      default -> throw new IllegalArgumentException(record.getSchema().getName());
    }
  }

  private static String key(JournalRecord record) {
    var run = record.getTenant() + "/" + record.getRunId();
    return switch (record.getEntry()) {
      case InputEntry input -> run + "/input";
      case FenceEntry fence -> run + "/fence/" + record.getEpoch();
      case SignalReceived signal -> run + "/signal/" + signal.getName() + "/" + signal.getNumber();
      default ->
          "%s/%d/%s/%d".formatted(run, record.getEpoch(), record.getIncarnation(), record.getSeq());
    };
  }

  /**
   * A healthy worker answers what it is given and ends it, and a run of somebody else's is among it
   * at once. It has to answer: a partition that leaves a run unanswered for a second gets nothing.
   */
  private static void assertOthersGoOn(GateBed bed, String worker, String what) {
    bed.submit(OTHER, "o");
    bed.echo();
    assertThat(work(bed, worker, MOST_ROUNDS, OTHER, 1)).as(what).isPositive();
  }

  /** No slot of the tenant that the records are about is lost: after a while two runs start. */
  private static void assertNoSlotLeaks(GateBed bed, String worker, String what) {
    bed.send(Topics.TENANTS, VICTIM.getBytes(StandardCharsets.UTF_8), null);
    int atOnce = 0;
    for (int pair = 0; pair < MOST_PAIRS && atOnce < SLOTS; pair++) {
      bed.submit(VICTIM, "one-" + pair);
      bed.submit(VICTIM, "two-" + pair);
      bed.echo();
      atOnce = work(bed, worker, SECONDS_OF_PAIR, VICTIM, SLOTS);
    }
    assertThat(atOnce).as(what).isEqualTo(SLOTS);
  }

  /**
   * Works until so many runs of this tenant were handed out at once, or for so many seconds.
   *
   * @return the most that were handed out at once
   */
  private static int work(GateBed bed, String worker, int seconds, String tenant, int enough) {
    int most = 0;
    for (int i = 0; i < seconds && most < enough; i++) {
      bed.heartbeat(worker, 900);
      bed.tick();
      var dispatches = bed.dispatches();
      dispatches.forEach(dispatch -> bed.claim(dispatch, worker));
      dispatches.forEach(dispatch -> bed.end(dispatch, worker));
      bed.echo();
      var given = dispatches.stream().filter(run -> run.getTenant().equals(tenant));
      most = Math.max(most, (int) given.count());
    }
    return most;
  }

  // --- the records

  private record Planted(String name, String topic, List<? extends SpecificRecord> records) {}

  private static <T extends SpecificRecord> Planted plant(String topic, T record) {
    var inner =
        switch (record) {
          case JournalRecord journal -> journal.getEntry();
          case Progress progress -> progress.getEvent();
          default -> record;
        };
    return new Planted(
        topic
            + "-"
            + inner.getClass().getSimpleName()
            + "-"
            + Integer.toUnsignedString(record.hashCode()),
        topic,
        PlantedFields.of(record));
  }

  private static List<Planted> planted() {
    var all = new ArrayList<Planted>();
    all.add(plant(Topics.RUNS, submission()));
    all.add(plant(Topics.SUBMISSIONS, submission()));
    for (var kind : CommandKind.values()) {
      all.add(
          plant(
              Topics.COMMANDS,
              RunCommand.newBuilder()
                  .setCommandId("c")
                  .setTenant(VICTIM)
                  .setRunId(RUN)
                  .setKind(kind)
                  .setName("go")
                  .build()));
    }
    all.add(plant(Topics.TENANTS, TenantLimits.newBuilder().setTenant(VICTIM).build()));
    var pool = PoolSetting.newBuilder().build();
    var plan = PlanSetting.newBuilder().setWeight(1.0).setMaxInFlight(1).build();
    all.add(plant(Topics.SETTINGS, new Setting("pool", "gpu", pool, null, null, null)));
    all.add(plant(Topics.SETTINGS, new Setting("plan", "gold", null, plan, null, null)));
    var agent = new AgentSetting(false, 1);
    all.add(plant(Topics.SETTINGS, new Setting("agent", "nobody", null, null, agent, null)));
    for (var kind : AnswerKind.values()) {
      all.add(plant(Topics.CLAIMS, answer(kind)));
    }
    all.add(plant(Topics.PROGRESS, new Progress(heartbeat("x", "x.00000001"))));
    all.add(plant(Topics.PROGRESS, new Progress(heartbeat("w", GateBed.WORKER))));
    all.add(plant(Topics.PROGRESS, new Progress(new Notice("wrong"))));
    all.add(plant(Topics.PROGRESS, new Progress(new Gone("w", GateBed.WORKER, "supervisor"))));
    all.add(plant(Topics.PROGRESS, new Progress(new Tick("other", 1L, false, false))));
    entries().forEach(entry -> all.add(plant(Topics.JOURNAL, entry(entry))));
    return all;
  }

  private static RunSubmitted submission() {
    return RunSubmitted.newBuilder()
        .setTenant(VICTIM)
        .setRunId("new")
        .setAgent("echo")
        .setRetry(RetryPolicy.newBuilder().setMaxAttempts(2).build())
        .setLimits(RunLimits.newBuilder().setMaxChildren(1).build())
        .build();
  }

  private static DispatchAnswer answer(AnswerKind kind) {
    return new DispatchAnswer(VICTIM, RUN, 1, kind, GateBed.WORKER, 1L, "default", 0, 0L);
  }

  private static Heartbeat heartbeat(String worker, String incarnation) {
    return Heartbeat.newBuilder()
        .setWorker(worker)
        .setIncarnation(incarnation)
        .setNumber(1)
        .setPools(List.of(new PoolShare("default", List.of(999, -1))))
        .setAgents(List.of("echo"))
        .setSlots(1)
        .setFree(1)
        .setHeld(List.of(new HeldRun(VICTIM, RUN, 1)))
        .setVersions(List.of())
        .build();
  }

  private static List<SpecificRecord> entries() {
    var charged = Map.of("calls", 1L);
    var json = "application/json";
    return List.of(
        new InputEntry(submission(), 1L),
        new StepEntry("s", ByteBuffer.allocate(1), json, error(), charged, 1, 1L, 1L),
        new SpawnEntry(
            List.of(
                ChildSpec.newBuilder().setNumber(1).setAgent("echo").setPool("default").build()),
            charged),
        new CancelEntry(List.of(1, 2), charged),
        new SendEntry("other", "go", ByteBuffer.allocate(1), json, charged),
        new SendEntry(RUN, "go", null, json, charged),
        new SendEntry("~~", "no name", null, json, charged),
        new SignalEntry("go", 1, charged),
        new CombinedEntry(false, branches(), 1, List.of(1), charged),
        new VersionEntry("v", 1, charged),
        new CheckpointEntry(null, json, List.of(), Map.of(), charged),
        new EndEntry(RunStatus.SUCCEEDED, ByteBuffer.allocate(1), json, error(), charged),
        yielded(new Stopped(StopReason.DRAIN)),
        yielded(new Retry(error(), RetryPolicy.newBuilder().setMaxAttempts(2).build())),
        yielded(new Until(1L, "limit")),
        yielded(new Sleep(1L)),
        yielded(new SignalWait("go", 1L)),
        yielded(new ChildrenWait(List.of(1))),
        yielded(new CombinedWait(true, branches())),
        yielded(new CombinedWait(false, branches())),
        yielded(new SentWait(1)),
        yielded(new BudgetWait(charged)),
        new FenceEntry("ttl"),
        new SignalReceived("go", 1, "c", null, json, null));
  }

  private static List<Object> branches() {
    return List.of(new ChildBranch(1), new SignalBranch("go"), new TimerBranch(1L));
  }

  private static YieldEntry yielded(SpecificRecord wait) {
    return new YieldEntry(wait, Map.of());
  }

  private static RunError error() {
    return new RunError("Type", "message", null, null);
  }

  private static JournalRecord entry(SpecificRecord entry) {
    return new JournalRecord(VICTIM, RUN, 1, GateBed.WORKER, 1, "1", entry, null);
  }
}
