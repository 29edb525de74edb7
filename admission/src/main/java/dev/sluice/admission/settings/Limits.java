package dev.sluice.admission.settings;

import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
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

  /** Says what is wrong with a tenant's record; null when nothing is. */
  public static @Nullable String problem(TenantSettings own, GateSettings gate) {
    if (own.plan() != null && !gate.plans().containsKey(own.plan())) {
      return "plan must be one of " + gate.planNames() + ", got " + Texts.quoted(own.plan());
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
