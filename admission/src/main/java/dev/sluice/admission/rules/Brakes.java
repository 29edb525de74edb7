package dev.sluice.admission.rules;

import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.state.GateState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Applies the operators' brakes on starts (decision 0045). A dispatch is a start. */
public final class Brakes {
  private Brakes() {}

  /** What is set for the pool or agent may be another brake than before. */
  public static void follow(Turn turn, SettingKey key) {
    var state = turn.state();
    var before = state.paces().get(key.kind(), key.name());
    var brake = state.said().brake(key);
    var next =
        brake.isNone() && isFull(state, key.kind())
            ? null
            : Pace.under(brake, key, before, turn.share(), state.leaseTimeMs());
    if (!Objects.equals(next, before)) {
      state.put(key, next);
    }
  }

  /** So many settings come and go within a minute that no more can rise evenly. */
  private static boolean isFull(GateState state, SettingKey.Kind kind) {
    return state.paces().count(kind) > 2 * kind.most();
  }

  static boolean mayStart(Turn turn, String pool) {
    return mayStart(turn, SettingKey.Kind.POOL, pool);
  }

  static boolean mayStart(Turn turn, Lane lane) {
    return mayStart(turn, SettingKey.Kind.AGENT, lane.agent());
  }

  private static boolean mayStart(Turn turn, SettingKey.Kind kind, String name) {
    var pace = turn.state().paces().get(kind, name);
    return pace == null || pace.mayStart(turn.share(), turn.state().leaseTimeMs());
  }

  static void started(Turn turn, Run run) {
    count(turn, turn.state().paces().get(SettingKey.Kind.POOL, run.spec().pool()));
    count(turn, turn.state().paces().get(SettingKey.Kind.AGENT, run.spec().agent()));
  }

  private static void count(Turn turn, @Nullable Pace pace) {
    if (pace != null) {
      var state = turn.state();
      state.put(pace.key(), pace.started(turn.share(), state.leaseTimeMs()));
    }
  }

  /** How many queued runs there are of what is held back. */
  public static int heldBack(GateState state) {
    return state.queues().lanes().stream()
        .filter(lane -> isHeldBack(state, lane))
        .mapToInt(state.queues()::size)
        .sum();
  }

  private static boolean isHeldBack(GateState state, Lane lane) {
    return state.paces().get(SettingKey.Kind.POOL, lane.pool()) != null
        || state.paces().get(SettingKey.Kind.AGENT, lane.agent()) != null;
  }

  /** Forgets paces that have risen to no bound. */
  static void release(Turn turn) {
    var state = turn.state();
    for (var pace : state.paces().all()) {
      if (pace.isOver(state.leaseTimeMs())) {
        state.put(pace.key(), null);
      }
    }
  }
}
