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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * I6: children per run, generations and descendants stay within the bounds: the tenant's or its
 * plan's, and those of a run's submission, which may only be lower. If the tenant's bounds changed
 * while a tree lived, the largest counts.
 */
final class BoundsCheck {
  static final int DEFAULT_CHILDREN = 256;
  static final int DEFAULT_DEPTH = 8;
  static final int DEFAULT_DESCENDANTS = 10_000;

  private record Spot(int partition, long offset) {}

  /** The bounds in force; a run without its own has {@link Integer#MAX_VALUE}. */
  private record Bounds(int children, int depth, int descendants) {
    private static final Bounds NONE =
        new Bounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    private static final Bounds DEFAULT =
        new Bounds(DEFAULT_CHILDREN, DEFAULT_DEPTH, DEFAULT_DESCENDANTS);

    /** The tenant's own, and its plan's where it has none. */
    private static Bounds of(@Nullable TenantLimits limits, Plans.Plan plan) {
      var planned = of(plan);
      return limits == null
          ? planned
          : new Bounds(
              Objects.requireNonNullElse(limits.getMaxChildren(), planned.children),
              Objects.requireNonNullElse(limits.getMaxDepth(), planned.depth),
              Objects.requireNonNullElse(limits.getMaxDescendants(), planned.descendants));
    }

    private static Bounds of(Plans.Plan plan) {
      if (!plan.isKnown()) {
        return NONE;
      }
      var setting = plan.setting();
      return setting == null
          ? DEFAULT
          : new Bounds(
              Objects.requireNonNullElse(setting.getMaxChildren(), DEFAULT.children),
              Objects.requireNonNullElse(setting.getMaxDepth(), DEFAULT.depth),
              Objects.requireNonNullElse(setting.getMaxDescendants(), DEFAULT.descendants));
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

  /** What a tenant's own record says. */
  private record Own(@Nullable TenantLimits limits) {
    private static final Own NOTHING = new Own(null);

    private String plan() {
      return limits == null || limits.getPlan() == null ? Plans.FREE : limits.getPlan();
    }
  }

  private final History history;
  private final Trees trees;
  private final Map<RunName, ChildSpec> asked;
  private final Plans plans;
  private final Map<String, TreeMap<Integer, Own>> tenants = new HashMap<>();
  private final Map<RunName, Integer> children = new HashMap<>();
  private final Map<RunName, Integer> descendants = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  BoundsCheck(History history, Trees trees, Map<RunName, ChildSpec> asked) {
    this.history = history;
    this.trees = trees;
    this.asked = asked;
    plans = new Plans(history);
    changes();
    for (var run : trees.accepted()) {
      var member = trees.member(run);
      if (member != null && member.parent() != null) {
        accepted(member, member.parent());
      }
    }
  }

  private void changes() {
    var limits = new HashMap<Spot, @Nullable TenantLimits>();
    history
        .limits()
        .forEach(
            one -> limits.put(new Spot(one.at().partition(), one.at().offset()), one.limits()));
    for (int i = 0; i < history.decisions().size(); i++) {
      var decision = history.decisions().get(i).decision();
      if (decision.getKind() == DecisionKind.TENANT && !Plans.isOfSetting(decision)) {
        var spot = new Spot(decision.getCausePartition(), decision.getCauseOffset());
        tenants
            .computeIfAbsent(decision.getTenant(), name -> new TreeMap<>())
            .put(i, new Own(limits.get(spot)));
      }
    }
  }

  /** The largest of the tenant's bounds from a root's acceptance to one of its descendants'. */
  private Bounds tenants(String tenant, int from, int to) {
    int partition = history.decisions().get(to).at().partition();
    var changes = tenants.getOrDefault(tenant, new TreeMap<>());
    var before = changes.floorEntry(from);
    var all = new ArrayList<>(List.of(before == null ? Own.NOTHING : before.getValue()));
    all.addAll(changes.subMap(from, false, to, true).values());
    return all.stream()
        .flatMap(own -> bounds(own, partition, from, to))
        .reduce(Bounds::largest)
        .orElse(Bounds.NONE);
  }

  /** Where the plan may not be known, that of {@code free} counts. */
  private Stream<Bounds> bounds(Own own, int partition, int from, int to) {
    return Stream.of(own.plan(), Plans.FREE)
        .distinct()
        .flatMap(plan -> plans.during(partition, plan, from, to).stream())
        .map(plan -> Bounds.of(own.limits(), plan));
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
