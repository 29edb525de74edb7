package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.catalog.query.Cursors;
import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.waiting.Refusals;
import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SentWait;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalSender;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.TenantLoad;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the catalog shows of waits, trees, charges, journals, redrives and dead letters. */
@SuppressWarnings("NullAway.Init") // set before each test
final class CatalogViewsTest {
  private static final String WORKER = "w.1";
  private static final RunFilter ALL = new RunFilter(null, null, null, null, null);

  @TempDir private Path dir;
  private CatalogBed bed;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private JsonNode run(String run) {
    return bed.queries.withChildren(view(run));
  }

  private RunView view(String run) {
    return Objects.requireNonNull(bed.queries.run("t", run));
  }

  private static List<String> each(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(one -> one.path(field).asText())
        .toList();
  }

  private List<String> ofStatus(String status) {
    var filter = new RunFilter(null, null, status, null, null);
    return each(bed.queries.runs("t", filter, 100, null).path("runs"), "run_id");
  }

  private JsonNode deadLetters(@Nullable String agent, int limit, @Nullable String after) {
    return bed.queries.deadLetters(
        letter -> agent == null || letter.path("agent").asText().equals(agent), limit, after);
  }

  private List<String> standing() {
    return each(deadLetters(null, 100, null).path("dead_letters"), "run_id");
  }

  private JsonNode timeline(String run, int index) {
    return journal(run).path(index);
  }

  private JsonNode journal(String run) {
    return bed.journals.page("t", run, true, 100, null).path("steps");
  }

  // --- tenants

  private void decideOnLimits(DecisionKind kind, String reason) {
    bed.decide(
        CatalogBed.decision(kind, "", 0)
            .setRunId(null)
            .setReason(reason)
            .setLoad(new TenantLoad(2, 0, 0, 0, false, 1.0, null, null, null)));
  }

  private JsonNode tenant() {
    return bed.queries.tenant("t", 0);
  }

  @Test
  void saysWhyTheGateDidNotTakeATenantsLimits() {
    decideOnLimits(DecisionKind.REFUSE, "plan must be one of [free, pro], got gold");
    decideOnLimits(DecisionKind.ALARM, "anything else");

    assertThat(tenant().path("limits_refused").asText())
        .isEqualTo("plan must be one of [free, pro], got gold");
    assertThat(tenant().path("cap").asInt()).isEqualTo(2);
  }

  @Test
  void forgetsARefusalOnceLimitsAreTaken() {
    decideOnLimits(DecisionKind.REFUSE, "plan must be one of [free, pro], got gold");

    decideOnLimits(DecisionKind.TENANT, "limits changed");

    assertThat(tenant().has("limits_refused")).isFalse();
  }

  // --- refused for want of room

  private void showsAcceptedRunOnce() {
    assertThat(run("r").path("status").asText()).isEqualTo("QUEUED");
    assertThat(run("r").has("retryable")).isFalse();
    assertThat(each(bed.queries.runs("t", ALL, 100, null).path("runs"), "run_id"))
        .containsExactly("r");
    assertThat(ofStatus("REJECTED")).isEmpty();
  }

  @Test
  void showsARefusalUntilTheRunIsAccepted() {
    bed.refuseForNow("r", 10);
    bed.refuseForNow("r", 20);
    boolean retryable = run("r").path("retryable").asBoolean();
    var refused = ofStatus("REJECTED");
    bed.accept("r");

    assertThat(retryable).isTrue();
    assertThat(refused).containsExactly("r");
    showsAcceptedRunOnce();
  }

  @Test
  void showsAnAcceptedRunWhateverIsReadFirst() {
    bed.accept("r");
    bed.refuseForNow("r", 10);

    showsAcceptedRunOnce();
  }

  @Test
  void showsTheEndOfARunThatWasRefusedBefore() {
    bed.accept("r");
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.refuseForNow("r", 10);

    assertThat(run("r").path("status").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  void remembersWhoWasRefusedForAWhile() {
    var refusals = new Refusals();
    refusals.refused("t", 1_000);

    assertThat(refusals.isFresh("t", 5_000)).isTrue();
    assertThat(refusals.isFresh("t", 6_000)).isFalse();
    assertThat(refusals.isFresh("other", 1_000)).isFalse();
  }

  // --- waits and trees

  @Test
  void showsWhatARunWaitsForAndUntilWhen() {
    bed.accept("r");

    bed.decide(CatalogBed.decision(DecisionKind.WAIT, "r", 1).setWaitingFor("time").setUntilMs(9L));

    assertThat(run("r").path("status").asText()).isEqualTo("WAITING");
    assertThat(run("r").path("waiting_for").asText()).isEqualTo("time");
    assertThat(run("r").path("until").asText()).isEqualTo("1970-01-01T00:00:00.009Z");
  }

  @Test
  void showsNoWaitOnceTheRunGoesOn() {
    bed.accept("r");
    bed.decide(CatalogBed.decision(DecisionKind.WAIT, "r", 1).setWaitingFor("time").setUntilMs(9L));

    bed.decide(DecisionKind.DISPATCH, "r", 2);

    assertThat(run("r").has("waiting_for")).isFalse();
    assertThat(run("r").has("until")).isFalse();
  }

  @Test
  void leavesTheStateOfARunAloneThatGetsASignal() {
    bed.accept("r");
    bed.decide(CatalogBed.decision(DecisionKind.WAIT, "r", 1).setWaitingFor("child"));

    bed.decide(DecisionKind.SIGNAL, "r", 1);

    assertThat(run("r").path("waiting_for").asText()).isEqualTo("child");
  }

  @Test
  void showsWhereARunStandsInItsTree() {
    bed.accept("r");
    bed.accept("r~1", "r", "r", 1);
    bed.accept("r~1~1", "r~1", "r", 2);

    assertThat(run("r").path("parent_run_id").isNull()).isTrue();
    assertThat(run("r").path("root_run_id").asText()).isEqualTo("r");
    assertThat(run("r~1~1").path("parent_run_id").asText()).isEqualTo("r~1");
    assertThat(run("r~1~1").path("root_run_id").asText()).isEqualTo("r");
    assertThat(run("r~1~1").path("depth").asInt()).isEqualTo(2);
  }

  @Test
  void countsChildrenByStatusAndListsThemByNumber() {
    bed.accept("r");
    IntStream.rangeClosed(1, 11).forEach(number -> bed.accept("r~" + number, "r", "r", 1));
    bed.complete("r~2", RunStatus.SUCCEEDED, 1, 0, "r");

    var children = new RunFilter("r", null, null, null, null);
    var first = bed.queries.runs("t", children, 10, null);
    var rest = bed.queries.runs("t", children, 10, Cursors.read(first.path("next").asText()));

    assertThat(run("r").path("children").path("QUEUED").asInt()).isEqualTo(10);
    assertThat(run("r").path("children").path("SUCCEEDED").asInt()).isEqualTo(1);
    assertThat(each(first.path("runs"), "run_id")).startsWith("r~1", "r~2").endsWith("r~10");
    assertThat(each(rest.path("runs"), "run_id")).containsExactly("r~11");
  }

  // --- charges and steps of a live run

  @Test
  void countsStepsAndChargesOfALiveRun() {
    bed.accept("r");
    bed.step("r", 1, WORKER, 1, 2);
    bed.journal("r", 1, WORKER, 2, VersionEntry.newBuilder().setChangeId("c").build());
    bed.step("r", 1, WORKER, 3, 3);

    assertThat(run("r").path("steps").asInt()).isEqualTo(2);
    assertThat(run("r").path("charged").path("calls").asLong()).isEqualTo(5);
  }

  @Test
  void doesNotCountWhatIsVoid() {
    bed.accept("r");
    bed.step("r", 1, WORKER, 1, 2);
    bed.step("r", 1, "another.1", 2, 100); // not the holder
    bed.journal(
        new JournalKey.Fence("t", "r", 2),
        new JournalRecord("t", "r", 2, "gate", 0, "", new FenceEntry("ttl"), null));
    bed.step("r", 1, WORKER, 2, 100); // behind its fence
    bed.step("r", 2, "other.1", 2, 4);
    bed.journal("r", 2, "other.1", 3, yielded(new BudgetWait(Map.of("calls", 9L))));
    bed.step("r", 2, "other.1", 4, 100); // behind its epoch's last record

    assertThat(run("r").path("steps").asInt()).isEqualTo(2);
    assertThat(run("r").path("charged").path("calls").asLong()).isEqualTo(6);
  }

  @Test
  void goesOnCountingBehindACheckpointThatWipedItsSteps() {
    bed.accept("r");
    bed.step("r", 1, WORKER, 1, 2);
    bed.step("r", 1, WORKER, 2, 2);
    bed.journal("r", 1, WORKER, 3, CheckpointEntry.newBuilder().build());
    bed.wipe("r", 1, WORKER, 1);
    bed.wipe("r", 1, WORKER, 2);
    bed.step("r", 1, WORKER, 4, 2);

    assertThat(run("r").path("steps").asInt()).isEqualTo(3);
    assertThat(run("r").path("charged").path("calls").asLong()).isEqualTo(6);
    assertThat(each(journal("r"), "seq")).containsExactly("3", "4");
  }

  @Test
  void takesTheEndsWordOfAnEndedRun() {
    bed.accept("r");
    bed.step("r", 1, WORKER, 1, 2);
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);

    assertThat(run("r").path("steps").asInt()).isEqualTo(7);
    assertThat(run("r").path("charged").path("calls").asLong()).isEqualTo(70);
  }

  // --- the timeline

  private static YieldEntry yielded(Object wait) {
    return YieldEntry.newBuilder().setWait(wait).build();
  }

  @Test
  void showsChildrenThatWereAskedFor() {
    var child = ChildSpec.newBuilder().setNumber(4).setAgent("b").setPool("default").build();
    bed.journal("r", 1, WORKER, 1, SpawnEntry.newBuilder().setChildren(List.of(child)).build());

    var shown = timeline("r", 0);

    assertThat(shown.path("kind").asText()).isEqualTo("SPAWN");
    assertThat(shown.path("children").path(0).path("run_id").asText()).isEqualTo("r~4");
    assertThat(shown.path("children").path(0).path("agent").asText()).isEqualTo("b");
  }

  @Test
  void showsWhatEachEpochWaitedFor() {
    bed.journal("r", 1, WORKER, 1, yielded(new Sleep(60_000L)));
    bed.journal("r", 2, WORKER, 2, yielded(new SignalWait("go", 1_000L)));
    bed.journal("r", 3, WORKER, 3, yielded(new ChildrenWait(List.of(1, 2))));
    bed.journal("r", 4, WORKER, 3, yielded(new BudgetWait(Map.of("calls", 9L))));

    assertThat(timeline("r", 0).path("waiting_for").asText()).isEqualTo("time");
    assertThat(timeline("r", 0).path("delay").asText()).isEqualTo("PT1M");
    assertThat(timeline("r", 1).path("waiting_for").asText()).isEqualTo("signal");
    assertThat(timeline("r", 1).path("name").asText()).isEqualTo("go");
    assertThat(timeline("r", 1).path("timeout").asText()).isEqualTo("PT1S");
    assertThat(timeline("r", 2).path("numbers").toString()).isEqualTo("[1,2]");
    assertThat(timeline("r", 3).path("needs").path("calls").asInt()).isEqualTo(9);
  }

  @Test
  void showsWaitsForSeveralThings() {
    var branches =
        List.<Object>of(new ChildBranch(3), new SignalBranch("go"), new TimerBranch(7_200_000L));
    bed.journal("r", 1, WORKER, 1, yielded(new CombinedWait(false, branches)));
    bed.journal("r", 2, WORKER, 2, new CombinedEntry(false, branches, 1, List.of(1), Map.of()));
    bed.journal("r", 2, WORKER, 3, yielded(new CombinedWait(true, branches)));
    bed.journal("r", 3, WORKER, 4, new CombinedEntry(true, branches, -1, List.of(2), Map.of()));

    assertThat(each(journal("r"), "kind"))
        .containsExactly("YIELD", "COMBINED", "YIELD", "COMBINED");
    assertThat(timeline("r", 0).path("waiting_for").asText()).isEqualTo("any");
    assertThat(timeline("r", 0).path("branches").toString())
        .isEqualTo("[\"child 3\",\"signal go\",\"timer PT2H\"]");
    assertThat(timeline("r", 1).path("chosen").asInt()).isEqualTo(1);
    assertThat(timeline("r", 1).path("waited_for").asText()).isEqualTo("any");
    assertThat(timeline("r", 2).path("waiting_for").asText()).isEqualTo("all");
    assertThat(timeline("r", 3).path("waited_for").asText()).isEqualTo("all");
    assertThat(timeline("r", 3).has("chosen")).isFalse();
  }

  @Test
  void showsSignalsVersionsAndCheckpoints() {
    bed.signalReceived("r", "go", 1);
    bed.journal("r", 1, WORKER, 1, SignalEntry.newBuilder().setName("go").setNumber(1).build());
    bed.journal("r", 1, WORKER, 2, VersionEntry.newBuilder().setChangeId("c").setNumber(3).build());
    bed.journal("r", 1, WORKER, 3, CheckpointEntry.newBuilder().build());

    var kinds = each(journal("r"), "kind");

    assertThat(kinds).containsExactly("SIGNAL_RECEIVED", "SIGNAL", "VERSION", "CHECKPOINT");
    assertThat(timeline("r", 0).path("command_id").asText()).isEqualTo("c");
    assertThat(timeline("r", 2).path("name").asText()).isEqualTo("c");
    assertThat(timeline("r", 2).path("number").asInt()).isEqualTo(3);
  }

  @Test
  void showsWhatRunsDoToOthersOfTheirTree() {
    var payload = ByteBuffer.wrap("7".getBytes(StandardCharsets.UTF_8));
    bed.journal("r", 1, WORKER, 1, new CancelEntry(List.of(1, 3), Map.of("calls", 2L)));
    bed.journal(
        "r", 1, WORKER, 2, new SendEntry("r~2", "hint", payload, "application/json", Map.of()));
    bed.journal("r", 1, WORKER, 3, yielded(new SentWait(2)));
    bed.signalReceived("r~2", "hint", 1, new SignalSender("r", 2));

    assertThat(each(journal("r"), "kind")).containsExactly("CANCEL", "SEND", "YIELD");
    assertThat(timeline("r", 0).path("numbers").toString()).isEqualTo("[1,3]");
    assertThat(timeline("r", 1).path("name").asText()).isEqualTo("hint");
    assertThat(timeline("r", 1).path("to").asText()).isEqualTo("r~2");
    assertThat(timeline("r", 2).path("waiting_for").asText()).isEqualTo("delivery");
    assertThat(timeline("r~2", 0).path("sender").asText()).isEqualTo("r");
    assertThat(timeline("r~2", 0).has("command_id")).isFalse();
  }

  // --- redrives and dead letters

  private void die(String run, int epoch, int redrive) {
    bed.complete(run, RunStatus.DEAD, epoch, redrive);
    bed.deadLetter(run, "a");
    bed.decide(DecisionKind.COMPLETE, run, epoch);
  }

  @Test
  void takesTheEndOfARedrivenRunBack() {
    bed.accept("r");
    bed.decide(CatalogBed.decision(DecisionKind.CLAIM, "r", 1).setAttempt(3));
    die("r", 1, 0);

    bed.decide(DecisionKind.REDRIVE, "r", 1);

    assertThat(run("r").path("status").asText()).isEqualTo("QUEUED");
    assertThat(run("r").path("attempt").asInt()).isEqualTo(1);
    assertThat(run("r").path("redrive").asInt()).isEqualTo(1);
    assertThat(run("r").has("completed_at")).isFalse();
    assertThat(ofStatus("QUEUED")).containsExactly("r");
    assertThat(ofStatus("DEAD")).isEmpty();
  }

  @Test
  void showsTheNewEndOfARedrivenRun() {
    bed.accept("r");
    die("r", 1, 0);
    bed.decide(DecisionKind.REDRIVE, "r", 1);

    bed.complete("r", RunStatus.SUCCEEDED, 2, 1);

    assertThat(run("r").path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(ofStatus("QUEUED")).isEmpty();
    assertThat(ofStatus("SUCCEEDED")).containsExactly("r");
  }

  @Test
  void showsTheNewEndAlsoWhenTheRedriveIsReadAfterIt() {
    bed.accept("r");
    die("r", 1, 0);
    bed.complete("r", RunStatus.SUCCEEDED, 2, 1);

    bed.decide(DecisionKind.REDRIVE, "r", 1);

    assertThat(run("r").path("status").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  void keepsTheNewEndWhenTheFormerOneIsReadAgain() {
    bed.accept("r");
    die("r", 1, 0);
    bed.decide(DecisionKind.REDRIVE, "r", 1);
    bed.complete("r", RunStatus.SUCCEEDED, 2, 1);

    bed.complete("r", RunStatus.DEAD, 1, 0);

    assertThat(run("r").path("status").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  void takesAnEndBackAlsoWhenEarlierRedrivesAreForgotten() {
    bed.complete("r", RunStatus.DEAD, 5, 2);

    bed.decide(DecisionKind.REDRIVE, "r", 5);

    assertThat(view("r").hasEnded()).isFalse();
    assertThat(view("r").redrives()).isEqualTo(3);
  }

  @Test
  void answersWaitersOnlyWithAnEndThatStands() {
    bed.accept("r");
    die("r", 1, 0);
    bed.decide(DecisionKind.REDRIVE, "r", 1);
    var waiting = bed.waiters.await("t", "r");

    bed.complete("r", RunStatus.DEAD, 1, 0); // the former one, read again
    boolean tooEarly = waiting.isDone();
    bed.complete("r", RunStatus.SUCCEEDED, 2, 1);

    assertThat(tooEarly).isFalse();
    assertThat(waiting.join().status()).isEqualTo("SUCCEEDED");
  }

  @Test
  void listsTheRunsThatStandDead() {
    bed.accept("r");
    bed.accept("s");
    die("r", 1, 0);
    die("s", 1, 0);

    bed.decide(DecisionKind.REDRIVE, "r", 1);

    assertThat(standing()).containsExactly("s");
  }

  @Test
  void listsARunThatDiedAgainOnce() {
    bed.accept("r");
    die("r", 1, 0);
    bed.decide(DecisionKind.REDRIVE, "r", 1);

    die("r", 2, 1);

    var letters = deadLetters(null, 100, null).path("dead_letters");
    assertThat(each(letters, "run_id")).containsExactly("r");
    assertThat(letters.path(0).path("redrive").asInt()).isEqualTo(1);
  }

  @Test
  void listsADeadRunNotBeforeItsEndStands() {
    bed.accept("r");
    bed.deadLetter("r", "a");

    assertThat(standing()).isEmpty();
  }

  @Test
  void listsUnreadableRecordsToo() {
    bed.unreadable();

    assertThat(each(deadLetters(null, 10, null).path("dead_letters"), "kind"))
        .containsExactly("UNREADABLE");
  }

  @Test
  void listsDeadLettersByPageAndFilter() {
    for (int i = 0; i < 7; i++) {
      bed.accept("r" + i);
      bed.complete("r" + i, RunStatus.DEAD, 1, 0);
      bed.deadLetter("r" + i, i % 2 == 0 ? "even" : "odd");
    }

    var first = deadLetters("even", 3, null);
    var rest = deadLetters("even", 3, Cursors.read(first.path("next").asText()));

    assertThat(each(first.path("dead_letters"), "run_id")).containsExactly("r0", "r2", "r4");
    assertThat(each(rest.path("dead_letters"), "run_id")).containsExactly("r6");
    assertThat(rest.path("next").isNull()).isTrue();
  }

  @Test
  void leavesOutWhatIsEmpty() {
    for (var topic : List.of(Topics.DECISIONS, Topics.COMPLETIONS, Topics.DEAD_LETTERS)) {
      bed.empty(topic);
    }
    bed.accept("r");

    assertThat(bed.queries.run("t", "r")).isNotNull();
  }
}
