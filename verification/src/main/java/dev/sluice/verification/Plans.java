package dev.sluice.verification;

import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.PlanSetting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The plan settings in force at each position of the gate's log. Each gate partition reads them
 * separately and reports on {@code decisions} from where on they apply.
 */
final class Plans {
  static final String FREE = "free";
  private static final String PLAN = "plan/";

  /**
   * A plan for a while.
   *
   * @param setting null where what the gate was started with is in force
   * @param isKnown false where compaction has taken away what was set: anything may be allowed
   */
  record Plan(String name, @Nullable PlanSetting setting, boolean isKnown) {}

  private record Spot(int partition, long offset) {}

  private record Name(int partition, String plan) {}

  private final Map<Name, TreeMap<Integer, Plan>> changes = new HashMap<>();

  Plans(History history) {
    var records = new HashMap<Spot, History.Set>();
    history
        .settings()
        .forEach(one -> records.put(new Spot(one.at().partition(), one.at().offset()), one));
    for (int i = 0; i < history.decisions().size(); i++) {
      var decision = history.decisions().get(i).decision();
      var key = Objects.requireNonNullElse(decision.getSetting(), "");
      if (decision.getKind() == DecisionKind.TENANT && key.startsWith(PLAN)) {
        var record = records.get(new Spot(decision.getCausePartition(), decision.getCauseOffset()));
        change(history.decisions().get(i).at().partition(), i, key, record);
      }
    }
  }

  private void change(int partition, int index, String key, History.@Nullable Set record) {
    var plan = key.substring(PLAN.length());
    var setting = record == null ? null : record.setting();
    changes
        .computeIfAbsent(new Name(partition, plan), name -> new TreeMap<>())
        .put(index, new Plan(plan, setting == null ? null : setting.getPlan(), record != null));
  }

  /** Whether a decision is about a setting, and so about no tenant. */
  static boolean isOfSetting(Decision decision) {
    return decision.getSetting() != null;
  }

  /**
   * A plan as it is at a decision.
   *
   * @param index of the decision
   */
  Plan at(int partition, String plan, int index) {
    var before = changes.getOrDefault(new Name(partition, plan), new TreeMap<>()).floorEntry(index);
    return before == null ? new Plan(plan, null, true) : before.getValue();
  }

  /** As it was from one decision to another, both included. */
  List<Plan> during(int partition, String plan, int from, int to) {
    var all = new ArrayList<>(List.of(at(partition, plan, from)));
    var later = changes.getOrDefault(new Name(partition, plan), new TreeMap<>());
    all.addAll(later.subMap(from, false, to, true).values());
    return all;
  }
}
