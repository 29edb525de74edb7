package dev.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One gate partition and one worker that claims whatever it is sent. Whatever the gate appends is
 * read at once; a run goes on when the test says how.
 */
final class OneWorker {
  private static final Incarnation WORKER = new Incarnation("w.1");
  private static final int MAX_UNANSWERED = 64;

  private final MemoryLog log = new MemoryLog();
  private final Gate gate;
  private final int slots;
  private final List<GateEffect.Dispatch> running = new ArrayList<>();
  private final List<String> started = new ArrayList<>();
  private final List<GateEffect.Complete> completed = new ArrayList<>();
  private long offset;
  private long heartbeats;

  OneWorker(int slots) {
    this.slots = slots;
    var settings =
        new GateSettings(
            Set.of("default"),
            Map.of("free", Plan.ofCap(1_000)),
            30_000,
            300_000,
            MAX_UNANSWERED,
            360_000,
            86_400_000,
            30 * 86_400_000L);
    gate = Gate.restore(settings, log, log, log, "test");
    beat();
  }

  // --- what users do

  void tenant(String name, TenantSettings settings) {
    read("tenants", new GateEvent.TenantSet(name, settings, origin()));
  }

  void submit(String tenant, String id, int priority) {
    var plain = RunSpec.of("agent");
    var spec =
        new RunSpec(
            plain.agent(),
            plain.pool(),
            priority,
            Map.of(),
            Map.of(),
            Map.of(),
            null,
            null,
            null,
            null,
            plain.limits(),
            null);
    read("runs", new GateEvent.Submitted(new RunKey(tenant, id), spec, origin()));
  }

  void redrive(String tenant, String id) {
    var kind = GateEvent.CommandKind.REDRIVE;
    read(
        "commands",
        new GateEvent.Commanded(
            new RunKey(tenant, id), "redrive " + id + " " + offset, kind, "", origin()));
  }

  // --- what the worker does

  /** The run that runs for longest ends. */
  void end(Outcome outcome) {
    var run = running.removeFirst();
    var failure = outcome == Outcome.SUCCEEDED ? null : Failure.of("Test", "it failed");
    journal(run, 0, new JournalEntry.End(outcome, failure, Map.of()));
  }

  /** The run that runs for longest spawns children and waits for all of them. */
  void spawnAndWait(int children) {
    var run = running.removeFirst();
    var numbers = new ArrayList<Integer>();
    var specs = new ArrayList<ChildSpec>();
    for (int number = 1; number <= children; number++) {
      numbers.add(number);
      specs.add(new ChildSpec(number, RunSpec.of("agent"), false));
    }
    journal(run, 0, new JournalEntry.Spawn(specs, Map.of()));
    journal(run, 1, new JournalEntry.ChildrenWait(numbers, Map.of()));
  }

  private void journal(GateEffect.Dispatch run, int behind, JournalEntry entry) {
    int seq = run.journal().next() + behind;
    read(
        "journal",
        new GateEvent.Journaled(run.run().key(), run.run().epoch(), WORKER, seq, 10, entry));
    beat();
  }

  private void beat() {
    Map<String, Set<Integer>> held = Map.of("default", Set.of(0));
    int free = slots - running.size();
    read(
        "progress",
        new GateEvent.Heartbeat(WORKER, ++heartbeats, held, Set.of("agent"), slots, free, null));
  }

  // --- what the gate does

  private void read(String topic, GateEvent event) {
    for (var effect : gate.apply(event, new Cause(topic, 0, offset++, 1_000_000 + offset))) {
      follow(effect);
    }
  }

  private void follow(GateEffect effect) {
    switch (effect) {
      case GateEffect.AppendInput input -> read("journal", new GateEvent.InputRead(input.run()));
      case GateEffect.AppendFence fence ->
          read("journal", new GateEvent.FenceRead(fence.run(), fence.epoch()));
      case GateEffect.Dispatch dispatch -> answer(dispatch);
      case GateEffect.Complete complete -> completed.add(complete);
      default -> {}
    }
  }

  private void answer(GateEffect.Dispatch dispatch) {
    boolean free = running.size() < slots;
    if (free) {
      running.add(dispatch);
      started.add(dispatch.run().key().id());
    }
    var answer = free ? GateEvent.Answer.CLAIM : GateEvent.Answer.RETURN_NO_SLOT;
    read(
        "claims",
        new GateEvent.Answered(
            dispatch.run().key(), dispatch.run().epoch(), answer, WORKER, heartbeats));
  }

  private Origin origin() {
    return new Origin(1_000_000 + offset, 0, offset);
  }

  // --- what is seen

  /** Ids of the runs in the order in which they began, again each time they were resumed. */
  List<String> started() {
    return List.copyOf(started);
  }

  long running(String tenant) {
    return running.stream().filter(one -> one.run().key().tenant().equals(tenant)).count();
  }

  List<GateEffect.Complete> completed() {
    return List.copyOf(completed);
  }
}
