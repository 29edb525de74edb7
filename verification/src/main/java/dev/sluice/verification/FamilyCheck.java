package dev.sluice.verification;

import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SpawnEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I4 and I6 on what runs of a tree ask of each other: every child, every cancel of one and every
 * signal between runs was requested by a record that counts. A batch is accepted as a whole or not
 * at all, a signal is delivered once or refused, and a child that was cancelled is not dispatched.
 */
final class FamilyCheck {
  private record Spot(int partition, long offset) {}

  private record SentAt(RunName sender, int seq) {}

  private static final String JOURNAL = "journal";

  private final Trees trees;
  private final Map<RunName, ChildSpec> asked = new HashMap<>();
  private final Set<Spot> refused = new HashSet<>();
  private final Map<Spot, Set<RunName>> cancelled = new HashMap<>();
  private final Map<SentAt, CountedRecords.Counted> sent = new HashMap<>();
  private final Set<SentAt> delivered = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  FamilyCheck(History history, Trees trees, CountedRecords counted) {
    this.trees = trees;
    history.decisions().forEach(one -> refusal(one.decision()));
    for (var run : counted.runs()) {
      counted.of(run).forEach(this::request);
    }
    trees.accepted().forEach(this::child);
    cancels(history);
    signals(history);
  }

  /** A record that was refused as such, or that the gate failed on. */
  private void refusal(Decision decision) {
    boolean isRefusal =
        decision.getKind() == DecisionKind.REFUSE
            || decision.getReason().startsWith("the gate failed on this record");
    if (isRefusal && decision.getCauseTopic().endsWith(JOURNAL)) {
      refused.add(cause(decision));
    }
  }

  private static Spot cause(Decision decision) {
    return new Spot(decision.getCausePartition(), decision.getCauseOffset());
  }

  private static Spot spot(Place at) {
    return new Spot(at.partition(), at.offset());
  }

  private void request(CountedRecords.Counted one) {
    switch (one.record().getEntry()) {
      case SpawnEntry spawn -> batch(one.run(), spawn, one.at());
      case CancelEntry cancel -> {
        var children = new HashSet<RunName>();
        cancel.getNumbers().forEach(number -> children.add(one.run().child(number)));
        cancelled.put(spot(one.at()), children);
      }
      case SendEntry send -> sent.put(new SentAt(one.run(), one.key().seq()), one);
      default -> {}
    }
  }

  // --- spawns

  private void batch(RunName parent, SpawnEntry spawn, Place at) {
    int taken = 0;
    for (var spec : spawn.getChildren()) {
      var child = parent.child(spec.getNumber());
      asked.put(child, spec);
      taken += trees.member(child) == null ? 0 : 1;
    }
    if (taken > 0 && taken < spawn.getChildren().size()) {
      violate(
          "I6",
          "of a batch of %d of %s %d were taken, at %s"
              .formatted(spawn.getChildren().size(), parent, taken, at));
    }
    if (taken > 0 && refused.contains(spot(at))) {
      violate("I6", "a batch of " + parent + " was refused and taken, at " + at);
    }
  }

  private void child(RunName run) {
    var member = trees.member(run);
    if (member == null || member.parent() == null) {
      return;
    }
    if (!asked.containsKey(run)) {
      violate("I4", run + " was accepted, no record that counts asked for it");
    }
    var parent = trees.member(member.parent());
    if (parent != null
        && (parent.depth() + 1 != member.depth() || !parent.root().equals(member.root()))) {
      violate("I6", run + " has another root or depth than its parent's child has");
    }
  }

  // --- cancels

  private void cancels(History history) {
    var ending = new HashSet<RunName>();
    for (var one : history.decisions()) {
      var decision = one.decision();
      switch (decision.getKind()) {
        case CANCEL -> {
          if (decision.getCommandId() == null) {
            cancel(decision, one.at());
            ending.add(RunName.of(decision));
          }
        }
        case DISPATCH -> {
          if (ending.contains(RunName.of(decision))) {
            violate("I4", RunName.of(decision) + " was dispatched though it was cancelled");
          }
        }
        case COMPLETE -> ending.remove(RunName.of(decision));
        default -> {}
      }
    }
  }

  private void cancel(Decision decision, Place at) {
    if (!cancelled.getOrDefault(cause(decision), Set.of()).contains(RunName.of(decision))) {
      violate(
          "I4",
          "%s was cancelled, no record that counts asked for it, at %s"
              .formatted(RunName.of(decision), at));
    }
  }

  // --- signals

  private void signals(History history) {
    for (var one : history.journal()) {
      var record = one.record();
      if (record != null
          && record.getEntry() instanceof SignalReceived signal
          && signal.getSender() != null) {
        var sender = new RunName(record.getTenant(), signal.getSender().getRunId());
        var from = new SentAt(sender, signal.getSender().getSeq());
        received(new RunName(record.getTenant(), record.getRunId()), signal, from, one.at());
      }
    }
    sent.forEach(this::became);
  }

  private void received(RunName receiver, SignalReceived signal, SentAt from, Place at) {
    var counted = sent.get(from);
    if (counted == null
        || !(counted.record().getEntry() instanceof SendEntry send)
        || !send.getTo().equals(receiver.runId())
        || !send.getName().equals(signal.getName())) {
      violate(
          "I4",
          "%s received signal %s of %s, no record that counts sent it, at %s"
              .formatted(receiver, signal.getName(), from.sender(), at));
    }
    if (!delivered.add(from)) {
      violate(
          "I4",
          "signal %d of %s was delivered twice, at %s".formatted(from.seq(), from.sender(), at));
    }
  }

  private void became(SentAt from, CountedRecords.Counted counted) {
    boolean isRefused = refused.contains(spot(counted.at()));
    if (isRefused == delivered.contains(from)) {
      violate(
          "I4",
          "signal %d of %s was %s, at %s"
              .formatted(
                  from.seq(),
                  from.sender(),
                  isRefused ? "refused and delivered" : "neither delivered nor refused",
                  counted.at()));
    }
  }

  private void violate(String invariant, String what) {
    violations.add(new Violation(invariant, what));
  }

  /** What was asked of each child by records that count. */
  Map<RunName, ChildSpec> asked() {
    return asked;
  }

  List<Violation> violations() {
    return violations;
  }
}
