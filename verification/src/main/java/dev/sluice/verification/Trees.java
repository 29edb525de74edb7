package dev.sluice.verification;

import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunSubmitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parent of each child, from the gate's records, and the bounds requested, from the
 * submissions.
 */
final class Trees {
  /**
   * A run that was accepted.
   *
   * @param parent null for a root
   * @param decision index among the decisions
   */
  record Member(RunName run, @Nullable RunName parent, RunName root, int depth, int decision) {}

  private record Spot(int partition, long offset) {}

  private final Map<RunName, Member> members = new HashMap<>();
  private final Map<RunName, RunSubmitted> submissions = new HashMap<>();
  private final List<RunName> inOrder = new ArrayList<>();

  Trees(History history) {
    var asked = new HashMap<Spot, RunSubmitted>();
    for (var one : history.submissions()) {
      if (one.submitted() != null) {
        asked.put(new Spot(one.at().partition(), one.at().offset()), one.submitted());
      }
    }
    for (int i = 0; i < history.decisions().size(); i++) {
      var decision = history.decisions().get(i).decision();
      if (decision.getKind() == DecisionKind.ACCEPT) {
        var member = member(decision, i);
        members.put(member.run(), member);
        inOrder.add(member.run());
        var cause = new Spot(decision.getCausePartition(), decision.getCauseOffset());
        var submission = member.parent() == null ? asked.get(cause) : null;
        if (submission != null && submission.getRunId().equals(member.run().runId())) {
          submissions.put(member.run(), submission);
        }
      }
    }
    inputs(history);
  }

  private static Member member(dev.sluice.v1.Decision decision, int index) {
    var run = RunName.of(decision);
    var summary = decision.getSubmission();
    var parent = summary == null ? null : summary.getParentRunId();
    var root = summary == null ? null : summary.getRootRunId();
    return new Member(
        run,
        parent == null ? null : new RunName(run.tenant(), parent),
        root == null ? run : new RunName(run.tenant(), root),
        summary == null ? 0 : summary.getDepth(),
        index);
  }

  /** Where {@code runs} has forgotten a submission, the journal's first record repeats it. */
  private void inputs(History history) {
    for (var one : history.journal()) {
      if (one.record() != null
          && one.record().getEntry() instanceof dev.sluice.v1.InputEntry input) {
        var run = new RunName(one.record().getTenant(), one.record().getRunId());
        submissions.putIfAbsent(run, input.getSubmission());
      }
    }
  }

  /** Accepted runs in the order of the decisions. */
  List<RunName> accepted() {
    return inOrder;
  }

  @Nullable Member member(RunName run) {
    return members.get(run);
  }

  /** The root of a run's tree; itself if nobody says otherwise. */
  RunName root(RunName run) {
    var member = members.get(run);
    return member == null ? run : member.root();
  }

  /** What a root's submitter asked for; null if nothing tells. */
  @Nullable RunSubmitted submission(RunName run) {
    return submissions.get(run);
  }
}
