package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.avro.TrustedClasses;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.AgentSetting;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.Gone;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.HeldRun;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunStanding;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.Setting;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.TenantLoad;
import dev.sluice.v1.Tick;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.TopicState;
import dev.sluice.v1.YieldEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What explains that a run has not ended, and what does not. */
final class StuckCheckTest {
  static {
    TrustedClasses.trust();
  }

  private static final String WORKER = "w.1";

  private final History history = new History();
  private long offset;
  private long nowMs = 1_000_000;
  private long beats;

  /** Of the worker; −1 while it says nothing. */
  private int free = -1;

  private List<HeldRun> held = List.of();
  private int inFlight;

  private Place at() {
    return new Place(0, offset++, nowMs);
  }

  // --- what is written

  /** Lets lease time pass; the worker says that it lives. */
  private void pass(int seconds) {
    for (int second = 0; second < seconds; second++) {
      nowMs += 1_000;
      progress(new Tick("clock", nowMs, true, true));
      if (free >= 0 && second % 2 == 0) {
        beat();
      }
    }
  }

  private void beat() {
    beats++;
    progress(
        Heartbeat.newBuilder()
            .setWorker("w")
            .setIncarnation(WORKER)
            .setNumber(beats)
            .setPools(List.of(new PoolShare("default", List.of(0))))
            .setAgents(List.of("a"))
            .setSlots(4)
            .setFree(free)
            .setStopping(List.of())
            .setVersions(List.of())
            .setHeld(beats % 10 == 0 ? held : null)
            .build());
  }

  private void progress(Object event) {
    history.progress().add(new History.Progressed(new Progress(event), at()));
  }

  private Decision.Builder decision(DecisionKind kind, String run) {
    return Decision.newBuilder()
        .setKind(kind)
        .setTenant("t")
        .setRunId(run)
        .setEpoch(1)
        .setReason("test")
        .setAtMs(nowMs)
        .setCauseTopic("claims")
        .setCausePartition(0)
        .setCauseOffset(0)
        .setIncarnation(WORKER)
        .setLoad(new TenantLoad(2, inFlight, 0, 0, false, 1.0, null, null, null));
  }

  private void decide(Decision.Builder decision) {
    history.decisions().add(new History.Decided(decision.build(), at()));
  }

  private void decide(DecisionKind kind, String run) {
    decide(decision(kind, run));
  }

  private static RunSummary summary() {
    return RunSummary.newBuilder()
        .setAgent("a")
        .setPool("default")
        .setPriority(0)
        .setLabels(Map.of())
        .setSubmittedAtMs(0)
        .build();
  }

  private void accept(String run) {
    decide(decision(DecisionKind.ACCEPT, run).setSubmission(summary()));
  }

  private void start(String run) {
    accept(run);
    decide(DecisionKind.DISPATCH, run);
    decide(DecisionKind.CLAIM, run);
    held = List.of(new HeldRun("t", run, 1));
  }

  private void waitFor(String run, String word, @Nullable Long untilMs) {
    decide(decision(DecisionKind.WAIT, run).setWaitingFor(word).setUntilMs(untilMs));
  }

  private void yields(String run, Object wait) {
    var key = new JournalKey.Entry("t", run, 1, WORKER, 1);
    var entry = YieldEntry.newBuilder().setWait(wait).build();
    var record = new JournalRecord("t", run, 1, WORKER, 1, "", entry, null);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  private void signal(String run, String name) {
    var entry = SignalReceived.newBuilder().setName(name).setNumber(1).setCommandId("c").build();
    var record = new JournalRecord("t", run, 0, "", 0, "", entry, null);
    history
        .journal()
        .add(new History.Journaled(new JournalKey.Signal("t", run, name, 1), record, at()));
  }

  private List<String> stuck() {
    return Checker.stuck(history).stream().map(Violation::what).toList();
  }

  // --- submissions and queues

  @Test
  void aSubmissionIsStuckThatNobodyDecidesOnWhileTheClockTicks() {
    history.submissions().add(new History.Submission(new RunName("t", "r"), null, "runs", at()));
    assertThat(stuck()).isEmpty();

    pass(60);

    assertThat(stuck()).containsExactly("t/r: nothing was decided on its submission");
  }

  @Test
  void nobodyIsStuckWhileNoClockTicks() {
    history.submissions().add(new History.Submission(new RunName("t", "r"), null, "runs", at()));
    start("other");
    nowMs += 3_600_000;

    assertThat(stuck()).isEmpty();
  }

  @Test
  void aReadyRunIsStuckBesideAWorkerThatHasRoom() {
    free = 2;
    accept("r");

    pass(120);

    assertThat(stuck()).containsExactly("t/r: it is ready, and w.1 has room for it, epoch 1");
  }

  @Test
  void aQueuedRunMayWaitForAWorkerForASlotOrForItsTenantsCap() {
    accept("r");
    pass(120);
    var withoutWorker = stuck();
    free = 0;
    pass(120);
    var withoutSlot = stuck();
    free = 2;
    inFlight = 2;
    decide(DecisionKind.REFUSE, "other");
    pass(120);

    assertThat(withoutWorker).isEmpty();
    assertThat(withoutSlot).isEmpty();
    assertThat(stuck()).isEmpty();
  }

  private void set(String key, @Nullable Setting setting) {
    history.settings().add(new History.Set(key, setting, at()));
  }

  private static Setting paused(String kind) {
    var setting = Setting.newBuilder().setKind(kind).setName("x");
    return kind.equals("pool")
        ? setting.setPool(PoolSetting.newBuilder().setPaused(true).build()).build()
        : setting.setAgent(new AgentSetting(false, 0)).build();
  }

  private static Setting bounded(int most) {
    return Setting.newBuilder()
        .setKind("agent")
        .setName("a")
        .setAgent(new AgentSetting(false, most))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool/default", "agent/a"})
  void aQueuedRunMayWaitBehindABrakeAndIsStuckLongAfterThatWasEased(String key) {
    free = 2;
    accept("r");
    set(key, paused(key.substring(0, key.indexOf('/'))));
    pass(120);
    var braked = stuck();
    set(key, null);
    pass(50);
    var eased = stuck();

    pass(30);

    assertThat(braked).isEmpty();
    assertThat(eased).isEmpty();
    assertThat(stuck()).hasSize(1);
  }

  /**
   * Of two partitions each starts one in two minutes, of 63 s each; beside that 120 s are given.
   */
  @Test
  void aBoundExplainsAWaitForAsLongAsAStartTakesAndNotForLonger() {
    history
        .progress()
        .add(new History.Progressed(new Progress(new Gone("x", "x.1", "s")), second()));
    free = 2;
    accept("r");
    set("agent/a", bounded(1));
    pass(240);
    var meanwhile = stuck();

    pass(10);

    assertThat(meanwhile).isEmpty();
    assertThat(stuck()).containsExactly("t/r: it is ready, and w.1 has room for it, epoch 1");
  }

  private Place second() {
    return new Place(1, 0, nowMs);
  }

  @Test
  void startsThatABoundCountsExplainWhyOthersWait() {
    free = 2;
    accept("r");
    set("agent/a", bounded(60));
    pass(150);
    var meanwhile = stuck();
    accept("before");
    decide(DecisionKind.DISPATCH, "before");
    decide(DecisionKind.COMPLETE, "before");
    pass(100);
    var behindAStart = stuck();
    accept("another");
    decide(
        decision(DecisionKind.DISPATCH, "another")
            .setSubmission(RunSummary.newBuilder(summary()).setAgent("b").build()));
    decide(DecisionKind.COMPLETE, "another");

    pass(40);

    assertThat(meanwhile).hasSize(1);
    assertThat(behindAStart).isEmpty();
    assertThat(stuck()).as("an agent's start that the bound does not count").hasSize(1);
  }

  @Test
  void aBrakeOfOthersExplainsNothing() {
    free = 2;
    accept("r");
    set("pool/gpu", paused("pool"));
    set("agent/b", paused("agent"));

    pass(120);

    assertThat(stuck()).hasSize(1);
  }

  private void loseTwoLeases(String run) {
    decide(DecisionKind.RELEASE, run);
    decide(DecisionKind.FENCE, run);
    decide(DecisionKind.DISPATCH, run);
    decide(DecisionKind.RELEASE, run);
    decide(DecisionKind.FENCE, run);
  }

  @Test
  void aSuspectMayWaitWhileAWorkerExecutesAnotherOne() {
    free = 2;
    start("r");
    loseTwoLeases("r");
    start("other");
    pass(120);
    var besideASoundRun = stuck();
    loseTwoLeases("other");
    decide(DecisionKind.DISPATCH, "other");
    decide(DecisionKind.CLAIM, "other");
    pass(120);

    assertThat(besideASoundRun)
        .containsExactly("t/r: it is ready, and w.1 has room for it, epoch 1");
    assertThat(stuck()).isEmpty();
  }

  @Test
  void aQueuedRunMayWaitWhileItsTenantIsPaused() {
    free = 2;
    accept("r");
    decide(
        decision(DecisionKind.TENANT, "x")
            .setRunId(null)
            .setLoad(new TenantLoad(2, 0, 1, 0, true, 1.0, null, null, null)));

    pass(120);

    assertThat(stuck()).isEmpty();
  }

  @Test
  void aQueuedRunMayWaitWhileTopicsWouldLoseRecords() {
    free = 2;
    accept("r");
    progress(new TopicState(Map.of(), List.of("journal: cleanup.policy must be compact")));

    pass(120);

    assertThat(stuck()).isEmpty();
  }

  // --- leases

  @Test
  void aDispatchMayBeUnansweredForSixMinutesAndNotForLonger() {
    accept("r");
    decide(DecisionKind.DISPATCH, "r");
    pass(360);
    var meanwhile = stuck();

    pass(60);

    assertThat(meanwhile).isEmpty();
    assertThat(stuck()).singleElement().asString().contains("neither answered nor given up");
  }

  @Test
  void aHeldRunMayTakeAsLongAsItsWorkersHeartbeatsGoOnAndNameIt() {
    free = 1;
    start("r");

    pass(1_000);

    assertThat(stuck()).isEmpty();
  }

  @Test
  void aHeldRunIsStuckWhenItsWorkerIsNotHeard() {
    free = 1;
    start("r");
    pass(10);
    free = -1;

    pass(90);

    assertThat(stuck()).containsExactly("t/r: w.1 holds it and is not heard, epoch 1");
  }

  @Test
  void aHeldRunIsStuckWhenItsWorkerIsGone() {
    free = 1;
    start("r");
    pass(10);
    progress(new Gone("w", WORKER, "supervisor"));

    pass(40);

    assertThat(stuck()).containsExactly("t/r: w.1 holds it and is gone, epoch 1");
  }

  @Test
  void aHeldRunIsStuckWhenItsWorkerDoesNotNameIt() {
    free = 1;
    start("r");
    held = List.of();

    pass(200);

    assertThat(stuck()).containsExactly("t/r: w.1 holds it and does not name it, epoch 1");
  }

  @Test
  void aHeldRunIsStuckThatWasAskedToEndAndGoesOn() {
    free = 1;
    start("r");
    decide(DecisionKind.CANCEL, "r");
    pass(60);
    var withinGrace = stuck();

    pass(60);

    assertThat(withinGrace).isEmpty();
    assertThat(stuck()).containsExactly("t/r: it was asked to end and goes on, epoch 1");
  }

  @Test
  void aRunIsStuckWhoseFenceIsNotReadBack() {
    start("r");
    decide(DecisionKind.RELEASE, "r");

    pass(60);

    assertThat(stuck()).containsExactly("t/r: its fence is not read back, epoch 1");
  }

  // --- waits

  @Test
  void aTimeMayBeWaitedForUntilItComes() {
    for (var word : List.of("time", "retry", "agent")) {
      start(word);
      waitFor(word, word, nowMs + 100_000);
    }
    pass(100);
    var before = stuck();

    pass(60);

    assertThat(before).isEmpty();
    assertThat(stuck()).hasSize(3).allMatch(what -> what.contains("its deadline has passed"));
  }

  @Test
  void aPoolMayBeWaitedForUntilItIsGivenUp() {
    accept("r");
    waitFor("r", "pool", null);

    pass(120);
    assertThat(stuck()).isEmpty();
    pass(60);

    assertThat(stuck())
        .hasSize(1)
        .allMatch(what -> what.contains("its pool has neither come nor been given up"));
  }

  @Test
  void aSignalMayBeWaitedForUntilItComes() {
    start("r");
    yields("r", new SignalWait("go", 1_000_000_000L));
    waitFor("r", "signal", null);
    signal("r", "another");
    pass(500);
    var before = stuck();
    signal("r", "go");

    pass(60);

    assertThat(before).isEmpty();
    assertThat(stuck()).containsExactly("t/r: the signal that it waits for has come, epoch 1");
  }

  @Test
  void childrenMayBeWaitedForUntilTheyHaveAllEnded() {
    start("r");
    accept("r~1");
    accept("r~2");
    yields("r", new ChildrenWait(List.of(1, 2)));
    waitFor("r", "child", null);
    decide(DecisionKind.COMPLETE, "r~1");
    pass(500);
    var before = stuck();
    decide(DecisionKind.COMPLETE, "r~2");

    pass(60);

    assertThat(before).isEmpty();
    assertThat(stuck()).containsExactly("t/r: the children that it waits for have ended, epoch 1");
  }

  @Test
  void severalThingsMayBeWaitedForUntilTheFirstComes() {
    start("r");
    accept("r~1");
    yields("r", new CombinedWait(false, List.of(new ChildBranch(1), new SignalBranch("go"))));
    waitFor("r", "any", null);
    signal("r", "another");
    pass(500);
    var before = stuck();
    signal("r", "go");

    pass(60);

    assertThat(before).isEmpty();
    assertThat(stuck()).containsExactly("t/r: one of what it waits for has come, epoch 1");
  }

  @Test
  void severalThingsMayBeWaitedForUntilAllHaveCome() {
    start("r");
    accept("r~1");
    var branches = List.<Object>of(new ChildBranch(1), new SignalBranch("go"), new TimerBranch(9L));
    yields("r", new CombinedWait(true, branches));
    waitFor("r", "all", null);
    signal("r", "go");
    pass(500);
    var before = stuck();
    decide(DecisionKind.COMPLETE, "r~1");

    pass(60);

    assertThat(before).isEmpty();
    assertThat(stuck()).containsExactly("t/r: all that it waits for has come, epoch 1");
  }

  @Test
  void twoSignalsOfOneNameMayBeWaitedForUntilTheSecondComes() {
    start("r");
    yields("r", new CombinedWait(true, List.of(new SignalBranch("go"), new SignalBranch("go"))));
    waitFor("r", "all", null);
    signal("r", "go");
    pass(500);
    var before = stuck();
    signal("r", "go");

    pass(20);
    var soon = stuck();
    pass(40);

    assertThat(before).isEmpty();
    assertThat(soon).isEmpty();
    assertThat(stuck()).containsExactly("t/r: all that it waits for has come, epoch 1");
  }

  /** The gate says so when the last timer is over, and what came before then has come. */
  @Test
  void whatCameBeforeTheLastTimerWasOverHasCome() {
    start("r");
    yields("r", new CombinedWait(true, List.of(new SignalBranch("go"), new TimerBranch(60_000L))));
    waitFor("r", "all", nowMs + 60_000);
    signal("r", "go");
    pass(60);
    waitFor("r", "all", null);

    pass(60);

    assertThat(stuck()).containsExactly("t/r: all that it waits for has come, epoch 1");
  }

  @Test
  void anotherWaitBeginsWhenItIsSaid() {
    start("r");
    yields("r", new CombinedWait(true, List.of(new SignalBranch("go"), new TimerBranch(60_000L))));
    waitFor("r", "all", nowMs + 60_000);
    signal("r", "go");
    pass(10);
    decide(DecisionKind.DISPATCH, "r");
    decide(DecisionKind.CLAIM, "r");
    yields("r", new CombinedWait(true, List.of(new SignalBranch("go"), new SignalBranch("on"))));
    waitFor("r", "all", null);
    signal("r", "on");

    pass(60);

    assertThat(stuck()).isEmpty();
  }

  @Test
  void budgetMayBeWaitedForWhileAnotherRunOfTheTreeHasSome() {
    free = 0;
    start("r~1");
    start("r");
    waitFor("r", "budget", null);
    held = List.of(new HeldRun("t", "r~1", 1));
    pass(100);
    var before = stuck();
    decide(DecisionKind.COMPLETE, "r~1");
    pass(60);

    assertThat(before).isEmpty();
    assertThat(stuck()).singleElement().asString().contains("no other run of its tree");
  }

  // --- what is over, and what is told again

  @Test
  void whatHasEndedIsNotStuckAndWhatWasRedrivenMayBe() {
    free = 2;
    start("r");
    decide(DecisionKind.COMPLETE, "r");
    pass(300);
    var ended = stuck();
    decide(DecisionKind.REDRIVE, "r");
    pass(120);

    assertThat(ended).isEmpty();
    assertThat(stuck()).singleElement().asString().contains("it is ready");
  }

  @Test
  void aRunIsKnownByWhatTheGateRepeatsOfIt() {
    free = 2;
    decide(
        decision(DecisionKind.LIVE, "r")
            .setSubmission(summary())
            .setStanding(new RunStanding("QUEUED", nowMs, null, 0)));
    decide(
        decision(DecisionKind.LIVE, "dead")
            .setSubmission(summary())
            .setStanding(new RunStanding("DEAD", nowMs, null, 0)));

    pass(120);

    assertThat(stuck()).singleElement().asString().startsWith("t/r: it is ready");
  }
}
