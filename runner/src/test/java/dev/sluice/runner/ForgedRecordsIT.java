package dev.sluice.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runner.execution.TestAgent;
import dev.sluice.runner.io.JournalBrokenException;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.Control;
import dev.sluice.v1.ControlKind;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A worker that is sent what no gate sends goes on with what a gate sends. */
final class ForgedRecordsIT {
  private static final int JUNK = 200;

  private final WorkerBed bed = new WorkerBed();
  private final List<String> ended = new ArrayList<>();

  private Worker start() {
    return start(TestAgent.of(run -> run.step("one", Integer.class, () -> 1)));
  }

  /** Before its first heartbeats are acknowledged it returns whatever it is sent. */
  private Worker start(TestAgent agent) {
    var worker = Worker.start(bed.config(Map.of()), List.of(agent), () -> ended.add("halted"));
    WorkerBed.awaitReady(worker);
    return worker;
  }

  @Test
  void executesTheNextRunOfEachPartitionBehindForgedRecords() throws Exception {
    try (bed;
        var worker = start()) {
      var random = new Random(15);
      for (int partition = 0; partition < 8; partition++) {
        for (var forged : forged()) {
          bed.dispatch(partition, forged);
        }
        for (int i = 0; i < JUNK; i++) {
          bed.send(WorkerBed.dispatchTopic(), partition, junk(random));
        }
        bed.dispatch(partition, WorkerBed.dispatch("acme", "behind-" + partition, "agent").build());
      }
      for (int partition = 0; partition < 8; partition++) {
        var run = "behind-" + partition;
        var last =
            bed.awaitRecord(
                record -> record.getRunId().equals(run) && record.getEntry() instanceof EndEntry);
        assertThat(((EndEntry) last.getEntry()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
      }
      assertThat(ended).isEmpty();
      await().atMost(Duration.ofSeconds(30)).until(() -> worker.active() == 0);
    }
  }

  /** Those of the issue, and each that once was claimed and left its run without an end. */
  private static List<Dispatch> forged() {
    var forged = new ArrayList<Dispatch>();
    forged.add(WorkerBed.dispatch("acme", "forged", "agent").setGatePartition(77).build());
    forged.add(WorkerBed.dispatch("acme", "forged", "agent").setGatePartition(-1).build());
    forged.add(WorkerBed.dispatch("acme", "forged", "agent").setLeaseTtlMs(1).build());
    forged.add(WorkerBed.dispatch("acme", "forged", "agent").setEpoch(-1).build());
    forged.add(WorkerBed.dispatch("x".repeat(100_000), "forged", "agent").build());
    forged.add(WorkerBed.dispatch("acme", "a/b/c", "agent").build());
    forged.add(elsewhere("far", Long.MAX_VALUE - 1));
    forged.add(elsewhere("nowhere", 1_000_000));
    var many = new ArrayList<JournalPosition>();
    for (int i = 1; i <= 2_000; i++) {
      many.add(new JournalPosition(i, 1_000L * i, -1L, null, null));
    }
    forged.add(
        WorkerBed.dispatch("acme", "many", "agent").setReplay(many).setNextSeq(2_001).build());
    return forged;
  }

  private static Dispatch elsewhere(String run, long offset) {
    return WorkerBed.dispatch("acme", run, "agent")
        .setSubmission(null)
        .setInputOffset(offset)
        .build();
  }

  private static byte[] junk(Random random) {
    byte[] junk = new byte[random.nextInt(5, 60)];
    random.nextBytes(junk);
    if (random.nextBoolean()) {
      // A schema that the registry knows.
      System.arraycopy(new byte[] {0, 0, 0, 0, (byte) random.nextInt(1, 5)}, 0, junk, 0, 5);
    }
    return junk;
  }

  @Test
  @Tag("slow") // a runner looks for an input for a minute
  void endsARunWhoseInputIsNotThereAsDead() {
    try (bed;
        var worker = start()) {
      bed.dispatch(0, elsewhere("lost", 1_000_000));

      var last =
          bed.awaitRecord(
              record -> record.getRunId().equals("lost") && record.getEntry() instanceof EndEntry);

      var end = (EndEntry) last.getEntry();
      assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
      assertThat(end.getError().getType()).isEqualTo(JournalBrokenException.TYPE);
      assertThat(worker.incarnation()).startsWith("w.");
    }
  }

  @Test
  void hearsWhatItIsToldBehindJunk() throws Exception {
    try (bed;
        var worker =
            start(TestAgent.of(run -> run.step("long", Integer.class, ForgedRecordsIT::forEver)))) {
      bed.dispatch(0, WorkerBed.dispatch("acme", "told", "agent").build());
      org.awaitility.Awaitility.await().atMost(WorkerBed.BOUND).until(() -> worker.active() == 1);
      var random = new Random(16);
      for (int i = 0; i < JUNK; i++) {
        bed.send(Topics.CONTROL, 0, junk(random));
      }
      bed.send(Topics.CONTROL, 0, "text".getBytes(UTF_8));
      var control =
          new Control(worker.incarnation(), "acme", "told", 1, ControlKind.CANCEL, "enough");
      bed.send(Topics.CONTROL, 0, bed.bytes(Topics.CONTROL, Control.class, control));

      org.awaitility.Awaitility.await().atMost(WorkerBed.BOUND).until(() -> worker.active() == 0);
      assertThat(ended).isEmpty();
    }
  }

  private static int forEver() throws InterruptedException {
    new java.util.concurrent.CountDownLatch(1).await();
    return 1;
  }
}
