package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.TenantLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A tenant is judged by its plan as it was set, from where the gate read that on. */
final class PlansInHistoryTest {
  private static final Map<String, Integer> PLANS = Map.of("free", 1, "pro", 3);

  private final HandMadeHistory made = new HandMadeHistory();

  private void dispatched(int runs) {
    for (int run = 0; run < runs; run++) {
      var name = "r" + made.history().submissions().size();
      made.submit(name, Map.of(), null);
      made.decide(DecisionKind.DISPATCH, name, 1);
    }
  }

  private static PlanSetting cap(int most) {
    return PlanSetting.newBuilder().setMaxInFlight(most).build();
  }

  private static TenantLimits onPlan(String plan) {
    return TenantLimits.newBuilder().setTenant("t").setPlan(plan).build();
  }

  private List<String> found(String invariant) {
    return Checker.check(made.history(), PLANS).violations().stream()
        .filter(violation -> violation.invariant().equals(invariant))
        .map(Violation::what)
        .toList();
  }

  @Test
  void takesTheCapThatThePlanWasGiven() {
    made.plan("free", cap(2));
    dispatched(2);

    assertThat(found("I1")).isEmpty();
  }

  @Test
  void findsALeaseOverTheCapThatThePlanWasGiven() {
    made.limit(onPlan("pro"));
    made.plan("pro", cap(2));
    dispatched(3);

    assertThat(found("I1")).singleElement().asString().contains("lease 3 over cap 2");
  }

  @Test
  void findsALeaseBehindThePlanThatWasTakenBack() {
    made.plan("free", cap(2));
    dispatched(1);
    made.plan("free", null);
    dispatched(1);

    assertThat(found("I1")).singleElement().asString().contains("lease 2 over cap 1");
  }

  @Test
  void takesAPlanThatNobodyKnowsForFree() {
    made.limit(onPlan("gold"));
    dispatched(2);

    assertThat(found("I1")).singleElement().asString().contains("lease 2 over cap 1");
  }

  @Test
  void takesAPlanWithoutACapForOneOfTwo() {
    made.limit(onPlan("gold"));
    made.plan("gold", PlanSetting.newBuilder().setWeight(2.0).build());
    dispatched(3);

    assertThat(found("I1")).singleElement().asString().contains("lease 3 over cap 2");
  }

  @Test
  void judgesNothingByARecordThatCompactionTookAway() {
    made.plan("free", cap(2));
    made.history().settings().clear();
    dispatched(5);

    assertThat(found("I1")).isEmpty();
  }

  @Test
  void findsMoreChildrenThanThePlanAllows() {
    made.plan("free", PlanSetting.newBuilder().setMaxChildren(2).build());
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.spawn("r", 1, 1, 3, null);

    assertThat(found("I6")).singleElement().asString().contains("max_children is 2, got 3");
  }

  @Test
  void takesTheLargestBoundOfThePlanWhileTheTreeLived() {
    made.submit("r", Map.of(), null);
    made.start("r", 1);
    made.plan("free", PlanSetting.newBuilder().setMaxChildren(2).build());
    made.spawn("r", 1, 1, 3, null);

    assertThat(found("I6")).isEmpty();
  }
}
