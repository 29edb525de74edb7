package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.settings.TenantSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which runs start, by examples. */
final class SchedulingTest {
  private static final TenantSettings PLAIN = TenantSettings.DEFAULT;

  private static TenantSettings weight(double weight) {
    return new TenantSettings(null, null, weight, null, null, null, null, null, null, null, false);
  }

  private static void submit(OneWorker worker, String tenant, String prefix, int count) {
    for (int i = 1; i <= count; i++) {
      worker.submit(tenant, prefix + i, 0);
    }
  }

  @Test
  void tenantsShareTheWorkersByTheirWeights() {
    var worker = new OneWorker(8);
    worker.tenant("gold", weight(3));
    worker.tenant("basic", weight(1));
    submit(worker, "basic", "b", 200);
    submit(worker, "gold", "g", 200);
    for (int i = 0; i < 8; i++) {
      worker.end(Outcome.SUCCEEDED); // those that began before the other tenant had any
    }

    for (int i = 0; i < 100; i++) {
      worker.end(Outcome.SUCCEEDED);
      assertThat(worker.running("gold")).isEqualTo(6);
      assertThat(worker.running("basic")).isEqualTo(2);
    }
  }

  @Test
  void aTenantWithFewRunsIsNotBehindOneWithMany() {
    var worker = new OneWorker(4);
    submit(worker, "noisy", "n", 1_000);
    worker.submit("quiet", "q", 0);

    worker.end(Outcome.SUCCEEDED);

    assertThat(worker.started()).hasSize(5).last().isEqualTo("q");
  }

  @Test
  void withinATenantPriorityGoesBeforeAge() {
    var worker = new OneWorker(1);
    worker.submit("acme", "running", 0);
    worker.submit("acme", "old", 0);
    worker.submit("acme", "low", -1);
    worker.submit("acme", "high", 5);
    worker.submit("acme", "new", 0);

    for (int i = 0; i < 5; i++) {
      worker.end(Outcome.SUCCEEDED);
    }

    assertThat(worker.started()).containsExactly("running", "high", "old", "new", "low");
  }

  @Test
  void aTreeThatWasBegunEndsBeforeTheNextBegins() {
    var worker = new OneWorker(1);
    worker.tenant("acme", PLAIN.withMaxInFlight(1));
    worker.submit("acme", "one", 0);
    worker.submit("acme", "two", 0);

    worker.spawnAndWait(2);
    for (int i = 0; i < 4; i++) {
      worker.end(Outcome.SUCCEEDED);
    }

    assertThat(worker.started()).containsExactly("one", "one~1", "one~2", "one", "two");
    assertThat(worker.completed())
        .extracting(complete -> complete.run().id())
        .containsExactly("one~1", "one~2", "one", "two");
  }

  @Test
  void aCapThatIsRaisedLoweredOrPausedCountsAtOnce() {
    var worker = new OneWorker(8);
    worker.tenant("acme", PLAIN.withMaxInFlight(1));
    submit(worker, "acme", "r", 20);
    assertThat(worker.running("acme")).isEqualTo(1);

    worker.tenant("acme", PLAIN.withMaxInFlight(4));
    assertThat(worker.running("acme")).isEqualTo(4);

    worker.tenant("acme", PLAIN.withMaxInFlight(2));
    worker.end(Outcome.SUCCEEDED);
    worker.end(Outcome.SUCCEEDED);
    worker.end(Outcome.SUCCEEDED);
    assertThat(worker.running("acme")).isEqualTo(2);

    worker.tenant("acme", PLAIN.withPaused(true));
    worker.end(Outcome.SUCCEEDED);
    worker.end(Outcome.SUCCEEDED);
    assertThat(worker.running("acme")).isZero();

    worker.tenant("acme", PLAIN.withMaxInFlight(3));
    assertThat(worker.running("acme")).isEqualTo(3);
  }

  @Test
  void thousandsOfRedrivenRunsKeepToTheCapAndHoldUpNobody() {
    var worker = new OneWorker(8);
    worker.tenant("acme", PLAIN.withMaxInFlight(4));
    submit(worker, "acme", "dead", 10_000);
    for (int i = 0; i < 10_000; i++) {
      worker.end(Outcome.DEAD);
    }
    submit(worker, "acme", "fresh", 50);

    for (int i = 1; i <= 10_000; i++) {
      worker.redrive("acme", "dead" + i);
      assertThat(worker.running("acme")).isEqualTo(4);
    }
    submit(worker, "other", "other", 4);

    assertThat(worker.running("other")).as("started at once, beside them").isEqualTo(4);
    var before = worker.started().size();
    for (int i = 0; i < 54; i++) {
      worker.end(Outcome.SUCCEEDED);
    }
    var next = worker.started().subList(before, before + 50);
    assertThat(next.subList(0, 46))
        .as("queued before the redrive")
        .allMatch(id -> id.startsWith("fresh"));
    assertThat(next.subList(46, 50)).isEqualTo(List.of("dead1", "dead2", "dead3", "dead4"));
  }

  /** Its submission, its input read back, and its claim; the first accepts and dispatches it. */
  @Test
  void writesARunOnceForEachRecordThatChangesIt() {
    var worker = new OneWorker(1);

    worker.submit("acme", "run", 0);
    assertThat(worker.runsWritten()).isEqualTo(3);
    worker.end(Outcome.SUCCEEDED);

    assertThat(worker.runsWritten()).as("an end deletes it").isEqualTo(3);
  }
}
