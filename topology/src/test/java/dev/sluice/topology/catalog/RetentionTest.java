package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals are wiped when nobody can need them any more, and not a sweep earlier. */
@SuppressWarnings("NullAway.Init") // set before each test
final class RetentionTest {
  private static final String WORKER = "w.1";
  private static final Duration SHORT_OF = Duration.ofHours(1);

  @TempDir private Path dir;
  private CatalogBed bed;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
    bed.isUpToDate();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  /** A root with a step and a signal, and a child with a step. */
  private void tree() {
    bed.accept("r");
    bed.accept("r~1", "r", "r", 1);
    bed.signalReceived("r", "go", 1);
    bed.step("r", 1, WORKER, 1, 1);
    bed.step("r~1", 1, WORKER, 1, 1);
  }

  private static String[] treesKeys() {
    return new String[] {"t/r/signal/go/1", "t/r/1/w.1/1", "t/r~1/1/w.1/1"};
  }

  @Test
  void wipesATreeAWeekAfterItsRootEnded() {
    tree();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);

    bed.pass(CatalogBed.KEEP_ENDED.minus(SHORT_OF));
    var early = bed.wiped();
    bed.pass(SHORT_OF.multipliedBy(2));

    assertThat(early).isEmpty();
    assertThat(bed.wiped()).containsExactlyInAnyOrder(treesKeys());
    assertThat(bed.queries.run("t", "r")).isNull();
    assertThat(bed.queries.run("t", "r~1")).isNull();
    assertThat(bed.queries.runs("t", RunFilter.ANY, 10, null).path("runs")).isEmpty();
  }

  @Test
  void keepsAnEndedChildWhileItsRootLives() {
    tree();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");

    bed.pass(CatalogBed.KEEP_DEAD.multipliedBy(3));

    assertThat(bed.wiped()).isEmpty();
  }

  @Test
  void countsFromTheRootsEndNotTheChilds() {
    tree();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");
    bed.pass(CatalogBed.KEEP_ENDED.multipliedBy(2));
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);

    bed.pass(CatalogBed.KEEP_ENDED.minus(SHORT_OF));

    assertThat(bed.wiped()).isEmpty();
  }

  @Test
  void keepsTheJournalThatHoldsALiveDetachedChildsInput() {
    tree();
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);

    bed.pass(CatalogBed.KEEP_ENDED.multipliedBy(2));
    var meanwhile = bed.wiped();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");
    bed.pass(SHORT_OF);

    assertThat(meanwhile).isEmpty();
    assertThat(bed.wiped()).containsExactlyInAnyOrder(treesKeys());
  }

  @Test
  void keepsATreeForThirtyDaysAfterOneOfItsRunsDied() {
    tree();
    bed.complete("r~1", RunStatus.DEAD, 1, 0, "r");
    bed.deadLetter("r~1", "a");
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);

    bed.pass(CatalogBed.KEEP_DEAD.minus(SHORT_OF));
    var early = bed.wiped();
    bed.pass(SHORT_OF.multipliedBy(2));

    assertThat(early).isEmpty();
    assertThat(bed.wiped()).containsExactlyInAnyOrder(treesKeys());
    assertThat(bed.queries.deadLetters(any -> true, 10, null).path("dead_letters")).isEmpty();
  }

  @Test
  void keepsARunThatWasRedriven() {
    bed.accept("r");
    bed.step("r", 1, WORKER, 1, 1);
    bed.complete("r", RunStatus.DEAD, 1, 0);
    bed.decide(DecisionKind.REDRIVE, "r", 1);

    bed.pass(CatalogBed.KEEP_DEAD.multipliedBy(2));

    assertThat(bed.wiped()).isEmpty();
  }

  @Test
  void countsARedrivenRunFromItsLastEnd() {
    bed.accept("r");
    bed.step("r", 1, WORKER, 1, 1);
    bed.complete("r", RunStatus.DEAD, 1, 0);
    bed.pass(CatalogBed.KEEP_ENDED.multipliedBy(2));
    bed.decide(DecisionKind.REDRIVE, "r", 1);
    bed.complete("r", RunStatus.SUCCEEDED, 2, 1);

    bed.pass(CatalogBed.KEEP_ENDED.minus(SHORT_OF));
    var early = bed.wiped();
    bed.pass(SHORT_OF.multipliedBy(2));

    assertThat(early).isEmpty();
    assertThat(bed.wiped()).containsExactly("t/r/1/w.1/1");
  }

  @Test
  void forgetsUnreadableRecordsToo() {
    bed.unreadable();

    bed.pass(CatalogBed.KEEP_DEAD.plus(SHORT_OF));

    assertThat(bed.queries.deadLetters(any -> true, 10, null).path("dead_letters")).isEmpty();
  }

  // --- what the catalog has not followed on decisions it leaves alone

  /** A redrive may have stood in what was trimmed, or what was sent back may live. */
  @Test
  void wipesNothingOfARunThatItKnowsFromCompletionsAlone() {
    bed.step("r", 1, WORKER, 1, 1);
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.accept("another");

    bed.pass(CatalogBed.KEEP_DEAD.multipliedBy(2));

    assertThat(bed.wiped()).isEmpty();
    assertThat(bed.queries.run("t", "r")).isNotNull();
  }

  @Test
  void wipesNothingOfARunThatWasDispatchedAfterTheEndItKnows() {
    bed.step("r", 1, WORKER, 1, 1);
    bed.complete("r", RunStatus.DEAD, 1, 0);
    bed.decide(DecisionKind.DISPATCH, "r", 2); // the redrive before it is gone

    bed.pass(CatalogBed.KEEP_DEAD.multipliedBy(2));

    assertThat(bed.wiped()).isEmpty();
  }

  @Test
  void wipesNothingThatEndedBeforeDecisionsWereDeletedUnread() {
    tree();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.deletesDecisions();
    bed.accept("later");
    bed.step("later", 1, WORKER, 1, 1);
    bed.complete("later", RunStatus.SUCCEEDED, 1, 0);
    bed.roundIsOver();
    bed.roundIsOver();

    bed.pass(CatalogBed.KEEP_ENDED.multipliedBy(2));

    assertThat(bed.wiped()).containsExactly("t/later/1/w.1/1");
  }

  /** A child may live of which the deleted decisions told, and whose input stands there. */
  @Test
  void wipesNothingBeforeAllThatLiveWereToldOfAgain() {
    bed.step("r", 1, WORKER, 1, 1);
    bed.accept("early");
    bed.deletesDecisions();
    bed.roundIsOver();
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.decide(DecisionKind.COMPLETE, "r", 1);

    bed.pass(CatalogBed.KEEP_ENDED.multipliedBy(2));
    var before = bed.wiped();
    bed.live("r~1", 1, "RUNNING", 0, "r");
    bed.roundIsOver();
    bed.pass(CatalogBed.KEEP_ENDED);
    var meanwhile = bed.wiped();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");
    bed.decide(DecisionKind.COMPLETE, "r~1", 1);
    bed.pass(SHORT_OF);

    assertThat(before).isEmpty();
    assertThat(meanwhile).isEmpty();
    assertThat(bed.wiped()).containsExactly("t/r/1/w.1/1");
  }

  @Test
  void wipesNothingOfWhatWasRedrivenBeforeTheDecisionsThatItKnows() {
    bed.step("r", 1, WORKER, 1, 1);
    bed.accept("early");
    bed.deletesDecisions();
    bed.complete("r", RunStatus.DEAD, 1, 0);
    bed.roundIsOver();
    bed.live("r", 1, "WAITING", 1);
    bed.roundIsOver();

    bed.pass(CatalogBed.KEEP_DEAD.multipliedBy(2));

    assertThat(bed.wiped()).isEmpty();
    assertThat(bed.run("r").status()).isEqualTo("WAITING");
  }

  /** What it has not read yet may say that a run of the tree lives. */
  @Test
  void wipesNothingWhileItIsNotUpToDate() {
    tree();
    bed.complete("r~1", RunStatus.SUCCEEDED, 1, 0, "r");
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.behindNanos.addAndGet(Duration.ofMinutes(2).toNanos());

    bed.pass(CatalogBed.KEEP_ENDED.multipliedBy(2));
    var meanwhile = bed.wiped();
    bed.isUpToDate();
    bed.pass(SHORT_OF);

    assertThat(meanwhile).isEmpty();
    assertThat(bed.wiped()).containsExactlyInAnyOrder(treesKeys());
  }

  private void smallSteps() {
    bed.close();
    bed = new CatalogBed(dir.resolve("small"), 200);
    bed.isUpToDate();
  }

  @Test
  void wipesATreeOfAnySizeAPieceAtATime() {
    smallSteps();
    bed.accept("r");
    for (int child = 1; child <= 150; child++) {
      bed.accept("r~" + child, "r", "r", 1);
      bed.complete("r~" + child, RunStatus.SUCCEEDED, 1, 0, "r");
    }
    bed.step("r", 1, WORKER, 1, 1);
    bed.step("r~99", 1, WORKER, 1, 1);
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.passAtOnce(CatalogBed.KEEP_ENDED.plus(SHORT_OF));
    boolean atOnce = bed.queries.run("t", "r") == null;

    for (int sweep = 0; sweep < 10; sweep++) {
      bed.pass(Duration.ofSeconds(10));
    }

    assertThat(atOnce).isFalse();
    assertThat(bed.wiped()).containsExactlyInAnyOrder("t/r/1/w.1/1", "t/r~99/1/w.1/1");
    assertThat(bed.queries.run("t", "r")).isNull();
    assertThat(bed.queries.run("t", "r~150")).isNull();
    assertThat(bed.queries.runs("t", RunFilter.ANY, 10, null).path("runs")).isEmpty();
  }

  @Test
  void looksAgainAtATreeThatChangesWhileItIsLookedAt() {
    smallSteps();
    bed.accept("r");
    for (int child = 1; child <= 120; child++) {
      bed.accept("r~" + child, "r", "r", 1);
      var status = child == 7 ? RunStatus.DEAD : RunStatus.SUCCEEDED;
      bed.complete("r~" + child, status, 1, 0, "r");
    }
    bed.step("r~7", 1, WORKER, 1, 1);
    bed.complete("r", RunStatus.SUCCEEDED, 1, 0);
    bed.passAtOnce(CatalogBed.KEEP_DEAD.plus(SHORT_OF));

    bed.decide(DecisionKind.REDRIVE, "r~7", 1);
    for (int sweep = 0; sweep < 10; sweep++) {
      bed.pass(Duration.ofSeconds(10));
    }

    assertThat(bed.wiped()).isEmpty();
    assertThat(bed.queries.run("t", "r~120")).isNotNull();
  }
}
