package dev.sluice.verification;

import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.TenantLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * I6: children per run, generations and descendants stay within the bounds: the tenant's, and those
 * that a run brought along, which may only be lower. Where the tenant's changed while a tree lived,
 * the largest of them counts.
 */
final class BoundsCheck {
  static final int DEFAULT_CHILDREN = 256;
  static final int DEFAULT_DEPTH = 8;
  static final int DEFAULT_DESCENDANTS = 10_000;

  private record Spot(int partition, long offset) {}

  /** What is allowed; a run's own is {@link Integer#MAX_VALUE} where it brought nothing. */
  private record Bounds(int children, int depth, int descendants) {
    private static final Bounds NONE =
        new Bounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    private static Bounds of(@Nullable TenantLimits limits) {
      return limits == null
          ? new Bounds(DEFAULT_CHILDREN, DEFAULT_DEPTH, DEFAULT_DESCENDANTS)
          : new Bounds(
              Objects.requireNonNullElse(limits.getMaxChildren(), DEFAULT_CHILDREN),
              Objects.requireNonNullElse(limits.getMaxDepth(), DEFAULT_DEPTH),
              Objects.requireNonNullElse(limits.getMaxDescendants(), DEFAULT_DESCENDANTS));
    }

    private static Bounds of(@Nullable RunLimits limits) {
      return limits == null
          ? NONE
          : new Bounds(
              Objects.requireNonNullElse(limits.getMaxChildren(), Integer.MAX_VALUE),
              Objects.requireNonNullElse(limits.getMaxDepth(), Integer.MAX_VALUE),
              Objects.requireNonNullElse(limits.getMaxDescendants(), Integer.MAX_VALUE));
    }

    private Bounds largest(Bounds other) {
      return new Bounds(
          Math.max(children, other.children),
          Math.max(depth, other.depth),
          Math.max(descendants, other.descendants));
    }
  }

  private final Trees trees;
  private final Map<RunName, ChildSpec> asked;
  private final Map<String, TreeMap<Integer, Bounds>> tenants = new HashMap<>();
  private final Map<RunName, Integer> children = new HashMap<>();
  private final Map<RunName, Integer> descendants = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  BoundsCheck(History history, Trees trees, Map<RunName, ChildSpec> asked) {
    this.trees = trees;
    this.asked = asked;
    changes(history);
    for (var run : trees.accepted()) {
      var member = trees.member(run);
      if (member != null && member.parent() != null) {
        accepted(member, member.parent());
      }
    }
  }

  private void changes(History history) {
    var limits = new HashMap<Spot, @Nullable TenantLimits>();
    history
        .limits()
        .forEach(
            one -> limits.put(new Spot(one.at().partition(), one.at().offset()), one.limits()));
    for (int i = 0; i < history.decisions().size(); i++) {
      var decision = history.decisions().get(i).decision();
      if (decision.getKind() == DecisionKind.TENANT) {
        var spot = new Spot(decision.getCausePartition(), decision.getCauseOffset());
        tenants
            .computeIfAbsent(decision.getTenant(), name -> new TreeMap<>())
            .put(i, Bounds.of(limits.get(spot)));
      }
    }
  }

  /** The largest of the tenant's bounds from a root's acceptance to one of its descendants'. */
  private Bounds tenants(String tenant, int from, int to) {
    var changes = tenants.getOrDefault(tenant, new TreeMap<>());
    var before = changes.floorEntry(from);
    var largest = before == null ? Bounds.of((TenantLimits) null) : before.getValue();
    for (var later : changes.subMap(from, false, to, true).values()) {
      largest = largest.largest(later);
    }
    return largest;
  }

  private void accepted(Trees.Member child, RunName parent) {
    int mine = children.merge(parent, 1, Integer::sum);
    var root = trees.member(child.root());
    int from = root == null ? 0 : root.decision();
    var tenants = tenants(child.run().tenant(), from, child.decision());
    exceeds(child, "max_children", mine, tenants.children());
    exceeds(child, "max_depth", child.depth(), tenants.depth());
    int generation = 1;
    var ancestor = trees.member(parent);
    while (ancestor != null && generation <= child.depth()) {
      var own = own(ancestor);
      int below = descendants.merge(ancestor.run(), 1, Integer::sum);
      exceeds(child, "max_children of " + ancestor.run().runId(), mine, own.children());
      exceeds(child, "max_depth of " + ancestor.run().runId(), generation, own.depth());
      exceeds(child, "max_descendants of " + ancestor.run().runId(), below, own.descendants());
      if (ancestor.parent() == null) {
        exceeds(child, "max_descendants", below, tenants.descendants());
      }
      ancestor = ancestor.parent() == null ? null : trees.member(ancestor.parent());
      generation++;
    }
  }

  private Bounds own(Trees.Member run) {
    var spec = asked.get(run.run());
    if (run.parent() != null) {
      return Bounds.of(spec == null ? null : spec.getLimits());
    }
    var submission = trees.submission(run.run());
    return Bounds.of(submission == null ? null : submission.getLimits());
  }

  private void exceeds(Trees.Member child, String bound, int value, int most) {
    if (value > most) {
      violations.add(
          new Violation("I6", "%s: %s is %d, got %d".formatted(child.run(), bound, most, value)));
    }
  }

  List<Violation> violations() {
    return violations;
  }
}
