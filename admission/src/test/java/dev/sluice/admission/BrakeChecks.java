package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.worker.LeaseClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks what starts under brakes, from settings, ticks and dispatches alone. */
final class BrakeChecks {
  private static final long MINUTE_MS = 60_000;
  private static final double TOP = 6_000;

  /** What holds a pool or an agent: since when, and how many starts a minute it was before. */
  private record Held(Brake brake, double from, long sinceMs, List<Long> startsMs) {
    private double target() {
      var most = brake.maxStartsPerMinute();
      if (brake.paused()) {
        return 0;
      }
      return most == null ? TOP : most;
    }

    private double risen(long nowMs) {
      return Math.min(1.0, (double) (nowMs - sinceMs) / MINUTE_MS);
    }

    private double perMinute(long nowMs) {
      return from + (target() - from) * risen(nowMs);
    }

    /** Of the mean over the time since then, and what may have been saved up. */
    private double most(long nowMs) {
      double minutes = (double) (nowMs - sinceMs) / MINUTE_MS;
      double rose = Math.min(minutes, 1.0);
      double mean = from * minutes + (target() - from) * (rose * rose / 2 + minutes - rose);
      return mean + 1 + perMinute(nowMs) / 40;
    }

    private boolean isOver(long nowMs) {
      return brake.isNone() && nowMs - sinceMs >= MINUTE_MS;
    }
  }

  private final Map<SettingKey, Held> held = new TreeMap<>();
  private LeaseClock clock = LeaseClock.START;
  private boolean isTold = true;
  private int counted;

  /** What the gate knows is not what it was told any more. */
  void damaged() {
    isTold = false;
  }

  /** Starts that some brake was asked about. */
  int counted() {
    return counted;
  }

  void check(GateEvent event, Cause cause, boolean isTaken, List<GateEffect> effects) {
    if (!isTold) {
      return;
    }
    if (event instanceof GateEvent.Tick tick) {
      clock = clock.tick(tick.sender(), tick.monotonicMs(), cause.appendMs());
    }
    if (event instanceof GateEvent.SettingSet set && isTaken) {
      set(set.key(), set.setting() == null ? Brake.NONE : brake(set.setting()));
    }
    for (var effect : effects) {
      if (effect instanceof GateEffect.Dispatch dispatch) {
        var spec = dispatch.run().spec();
        count(SettingKey.pool(spec.pool()));
        count(SettingKey.agent(spec.agent()));
      }
    }
  }

  private static Brake brake(Setting setting) {
    var pool = setting.pool();
    var agent = setting.agent();
    if (pool != null) {
      return pool.brake();
    }
    return agent == null ? Brake.NONE : agent;
  }

  private void set(SettingKey key, Brake brake) {
    long now = clock.leaseTimeMs();
    var before = held.get(key);
    if (before != null && before.isOver(now)) {
      before = null;
    }
    var next = new Held(brake, 0, now, new ArrayList<>());
    if (before != null && !before.brake().equals(brake)) {
      double from = Math.min(before.perMinute(now), next.target());
      held.put(key, new Held(brake, from, now, new ArrayList<>()));
    } else if (before == null && !brake.isNone()) {
      held.put(key, new Held(brake, next.target(), now, new ArrayList<>()));
    }
  }

  private void count(SettingKey key) {
    long now = clock.leaseTimeMs();
    var holds = held.get(key);
    if (holds == null || holds.isOver(now)) {
      held.remove(key);
      return;
    }
    counted++;
    var starts = holds.startsMs();
    starts.add(now);
    assertThat(holds.target()).as("%s starts though it is held: %s", key, holds).isPositive();
    assertThat((double) starts.size())
        .as("%s: %s", key, holds)
        .isLessThanOrEqualTo(holds.most(now));
    assertThat((double) starts.stream().filter(then -> then >= now - MINUTE_MS).count())
        .as("starts of a minute, %s: %s", key, holds)
        .isLessThanOrEqualTo(Math.max(1, holds.target()));
  }
}
