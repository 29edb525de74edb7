package dev.sluice.admission.settings;

import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tenant's limits with its plan's values filled in. */
public record Limits(
    int cap,
    double weight,
    int maxQueued,
    int maxLive,
    int maxAttempts,
    int maxSteps,
    TreeLimits.Bounds bounds,
    boolean paused) {
  static final String DEFAULT_PLAN = "free";

  public static Limits of(TenantSettings own, GateSettings gate) {
    var plan = gate.plan(Objects.requireNonNullElse(own.plan(), DEFAULT_PLAN));
    return new Limits(
        Objects.requireNonNullElse(own.maxInFlight(), plan.maxInFlight()),
        Objects.requireNonNullElse(own.weight(), plan.weight()),
        Objects.requireNonNullElse(own.maxQueued(), plan.maxQueued()),
        Objects.requireNonNullElse(own.maxLive(), plan.maxLive()),
        Objects.requireNonNullElse(own.maxAttempts(), plan.maxAttempts()),
        Objects.requireNonNullElse(own.maxSteps(), plan.maxSteps()),
        new TreeLimits.Bounds(
            Objects.requireNonNullElse(own.maxChildren(), plan.bounds().children()),
            Objects.requireNonNullElse(own.maxDepth(), plan.bounds().depth()),
            Objects.requireNonNullElse(own.maxDescendants(), plan.bounds().descendants())),
        own.paused());
  }

  /**
   * Says what is wrong with a tenant's record; null when nothing is. The plan need not be known: it
   * may come, as no order holds between topics.
   */
  public static @Nullable String problem(TenantSettings own) {
    var plan = own.plan();
    var problem = plan == null ? null : Names.planProblem(plan).orElse(null);
    if (problem != null) {
      return problem;
    }
    if (own.weight() != null && !(own.weight() > 0 && own.weight() <= Bounds.WEIGHT)) {
      return "weight must be above 0 and at most 1000000, got " + own.weight();
    }
    return firstNonNull(
        atLeast("max_in_flight", own.maxInFlight(), 0),
        atLeast("max_queued", own.maxQueued(), 0),
        atLeast("max_live", own.maxLive(), 0),
        atLeast("max_attempts", own.maxAttempts(), 1),
        within("max_steps", own.maxSteps(), 1, Bounds.STEPS),
        within("max_children", own.maxChildren(), 0, Bounds.CHILDREN),
        within("max_depth", own.maxDepth(), 0, Bounds.DEPTH),
        within("max_descendants", own.maxDescendants(), 0, Bounds.DESCENDANTS));
  }

  /** Says what is wrong with a plan; null when nothing is. */
  static @Nullable String problem(Plan plan) {
    var asTenants =
        new TenantSettings(
            null,
            plan.maxInFlight(),
            plan.weight(),
            plan.maxQueued(),
            plan.maxLive(),
            plan.bounds().children(),
            plan.bounds().depth(),
            plan.bounds().descendants(),
            plan.maxAttempts(),
            plan.maxSteps(),
            false);
    var problem = problem(asTenants);
    return problem == null
        ? within("max_attempts", plan.maxAttempts(), 1, Bounds.ATTEMPTS)
        : problem;
  }

  private static @Nullable String atLeast(String field, @Nullable Integer value, int least) {
    return value != null && value < least
        ? field + " must be at least " + least + ", got " + value
        : null;
  }

  private static @Nullable String within(
      String field, @Nullable Integer value, int least, int most) {
    return value != null && (value < least || value > most)
        ? field + " must be " + least + " to " + most + ", got " + value
        : null;
  }

  private static @Nullable String firstNonNull(@Nullable String... problems) {
    for (var problem : problems) {
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }
}
