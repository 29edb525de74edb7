package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.RunSummary;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.Setting;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalSender;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.TenantLimits;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a history of tenant {@code t} by hand; offset and time go on with each record. */
final class HandMadeHistory {
  private static final String WORKER = "w.1";

  private final History history = new History();
  private long offset;

  History history() {
    return history;
  }

  private Place at() {
    offset++;
    return new Place(0, offset, 1_000 + offset);
  }

  // --- what users write

  void submit(String run, Map<String, Long> budget, @Nullable RunLimits limits) {
    var at = at();
    history
        .submissions()
        .add(
            new History.Submission(
                new RunName("t", run), submission(run, budget, limits), "runs", at));
    decide(decision(DecisionKind.ACCEPT, run, 0, "runs", at.offset()).setSubmission(summary()));
  }

  private static RunSubmitted submission(
      String run, Map<String, Long> budget, @Nullable RunLimits limits) {
    return RunSubmitted.newBuilder()
        .setRunId(run)
        .setTenant("t")
        .setAgent("a")
        .setBudget(budget)
        .setLimits(limits)
        .build();
  }

  void limit(TenantLimits limits) {
    var at = at();
    history.limits().add(new History.Limits("t", limits, at));
    var decision = decision(DecisionKind.TENANT, "", 0, "tenants", at.offset());
    decide(decision.setRunId(null));
  }

  /** A plan is set, or what the gate was started with is brought back. */
  void plan(String name, @Nullable PlanSetting plan) {
    var key = "plan/" + name;
    var at = at();
    var setting =
        plan == null
            ? null
            : Setting.newBuilder().setKind("plan").setName(name).setPlan(plan).build();
    history.settings().add(new History.Set(key, setting, at));
    var decision = decision(DecisionKind.TENANT, "", 0, "settings", at.offset());
    decide(decision.setRunId(null).setTenant("").setSetting(key));
  }

  // --- what the gate writes

  private static RunSummary summary() {
    return RunSummary.newBuilder()
        .setAgent("a")
        .setPool("default")
        .setPriority(0)
        .setLabels(Map.of())
        .setSubmittedAtMs(0)
        .build();
  }

  private static Decision.Builder decision(
      DecisionKind kind, String run, int epoch, String topic, long cause) {
    return Decision.newBuilder()
        .setKind(kind)
        .setTenant("t")
        .setRunId(run)
        .setEpoch(epoch)
        .setReason("test")
        .setAtMs(0)
        .setCauseTopic(topic)
        .setCausePartition(0)
        .setCauseOffset(cause)
        .setIncarnation(WORKER);
  }

  private void decide(Decision.Builder decision) {
    history.decisions().add(new History.Decided(decision.build(), at()));
  }

  void decide(DecisionKind kind, String run, int epoch) {
    decide(decision(kind, run, epoch, "claims", 0));
  }

  void accept(String run, String parent, String root, int depth) {
    var summary =
        RunSummary.newBuilder(summary())
            .setParentRunId(parent)
            .setRootRunId(root)
            .setDepth(depth)
            .build();
    decide(decision(DecisionKind.ACCEPT, run, 0, "journal", offset).setSubmission(summary));
  }

  void start(String run, int epoch) {
    decide(DecisionKind.DISPATCH, run, epoch);
    decide(DecisionKind.CLAIM, run, epoch);
  }

  void refuseLastJournaled(String run) {
    var last = history.journal().get(history.journal().size() - 1);
    decide(decision(DecisionKind.REFUSE, run, 1, "journal", last.at().offset()));
  }

  void complete(
      String run, int epochs, RunStatus status, int steps, Map<String, Long> charged, int redrive) {
    decide(DecisionKind.COMPLETE, run, epochs);
    completion(run, epochs, status, steps, charged, redrive);
  }

  void completion(
      String run, int epochs, RunStatus status, int steps, Map<String, Long> charged, int redrive) {
    var at = at();
    var completed =
        RunCompleted.newBuilder()
            .setRunId(run)
            .setTenant("t")
            .setAgent("a")
            .setStatus(status)
            .setSubmittedAtMs(0)
            .setCompletedAtMs(at.appendMs())
            .setEpochs(epochs)
            .setAttempts(1)
            .setSteps(steps)
            .setCharged(charged)
            .setRedrive(redrive)
            .build();
    history.completions().add(new History.Completion(completed, at));
  }

  // --- the journal

  private void journaled(String run, int epoch, String worker, int seq, Object entry) {
    var key = new JournalKey.Entry("t", run, epoch, worker, seq);
    var record = new JournalRecord("t", run, epoch, worker, seq, "", entry, null);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  void late(String run, int epoch, int seq, Object entry) {
    journaled(run, epoch, WORKER, seq, entry);
  }

  void step(String run, int epoch, int seq, Map<String, Long> charged) {
    journaled(run, epoch, WORKER, seq, entry(charged));
  }

  /** A step that was executed beside others. */
  void stepOf(String run, int epoch, int seq, int codePosition) {
    var key = new JournalKey.Entry("t", run, epoch, WORKER, seq);
    var record = new JournalRecord("t", run, epoch, WORKER, seq, "", entry(Map.of()), codePosition);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  void zombieStep(String run, int epoch, int seq, Map<String, Long> charged) {
    journaled(run, epoch, "zombie.1", seq, entry(charged));
  }

  private static StepEntry entry(Map<String, Long> charged) {
    return StepEntry.newBuilder()
        .setName("s")
        .setStartedAtMs(0)
        .setEndedAtMs(1)
        .setCharged(charged)
        .build();
  }

  void version(String run, int epoch, int seq) {
    journaled(run, epoch, WORKER, seq, VersionEntry.newBuilder().setChangeId("c").build());
  }

  void checkpoint(String run, int epoch, int seq) {
    journaled(run, epoch, WORKER, seq, CheckpointEntry.newBuilder().build());
  }

  void waitsForChildren(String run, int epoch, int seq) {
    var wait = new ChildrenWait(List.of(1, 2));
    journaled(run, epoch, WORKER, seq, YieldEntry.newBuilder().setWait(wait).build());
    decide(DecisionKind.WAIT, run, epoch);
  }

  void end(String run, int epoch, int seq, RunStatus status, Map<String, Long> charged) {
    var end = EndEntry.newBuilder().setStatus(status).setCharged(charged).build();
    journaled(run, epoch, WORKER, seq, end);
  }

  /** Asks for children, all of which are accepted. */
  void spawn(String run, int epoch, int seq, int children, @Nullable RunLimits limits) {
    spawn(run, epoch, seq, children, limits, children);
  }

  void spawnTakenInPart(String run, int epoch, int seq, int children, int taken) {
    spawn(run, epoch, seq, children, null, taken);
  }

  private void spawn(
      String run, int epoch, int seq, int children, @Nullable RunLimits limits, int taken) {
    var specs = new ArrayList<ChildSpec>();
    for (int number = 1; number <= children; number++) {
      specs.add(
          ChildSpec.newBuilder()
              .setNumber(number)
              .setAgent("a")
              .setPool("default")
              .setLimits(limits)
              .build());
    }
    journaled(run, epoch, WORKER, seq, SpawnEntry.newBuilder().setChildren(specs).build());
    int depth = run.split("~", -1).length;
    var root = run.split("~", -1)[0];
    for (int number = 1; number <= taken; number++) {
      accept(run + "~" + number, run, root, depth);
    }
  }

  // --- what runs do to others of their trees

  void cancels(String run, int epoch, int seq, Integer... numbers) {
    journaled(run, epoch, WORKER, seq, new CancelEntry(List.of(numbers), Map.of()));
  }

  /** The gate says so of a child, because of the last journal record. */
  void cancelled(String child) {
    decide(decision(DecisionKind.CANCEL, child, 1, "journal", lastJournaled()));
  }

  private long lastJournaled() {
    return history.journal().getLast().at().offset();
  }

  void sends(String run, int epoch, int seq, String to) {
    var entry = new SendEntry(to, "go", null, "application/json", Map.of());
    journaled(run, epoch, WORKER, seq, entry);
  }

  void received(String run, int number, String sender, int seq) {
    var from = new SignalSender(sender, seq);
    var entry = new SignalReceived("go", number, "", null, "application/json", from);
    var key = new JournalKey.Signal("t", run, "go", number);
    var record = new JournalRecord("t", run, 0, "gate", 0, "", entry, null);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  void fence(String run, int epoch) {
    var key = new JournalKey.Fence("t", run, epoch);
    var record = new JournalRecord("t", run, epoch, "gate", 0, "", new FenceEntry("ttl"), null);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  void inputOf(String run, Map<String, Long> budget) {
    var key = new JournalKey.Input("t", run);
    var input = new InputEntry(submission(run, budget, null), 0L);
    var record = new JournalRecord("t", run, 0, "gate", 0, "", input, null);
    history.journal().add(new History.Journaled(key, record, at()));
  }

  void wipe(String run, int epoch, int seq) {
    var key = new JournalKey.Entry("t", run, epoch, WORKER, seq);
    history.journal().add(new History.Journaled(key, null, at()));
  }

  void wipeInput(String run) {
    history.journal().add(new History.Journaled(new JournalKey.Input("t", run), null, at()));
  }
}
