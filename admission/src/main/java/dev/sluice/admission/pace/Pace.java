package dev.sluice.admission.pace;

import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.SettingKey;
import org.jspecify.annotations.Nullable;

/**
 * How fast runs of a pool or an agent may start in a gate partition: a bucket into which starts
 * flow by lease time. Where a brake is eased the flow rises evenly over a minute, from what it was.
 *
 * @param brake in force; none while the flow rises to no bound
 * @param from the flow when that began, no larger than what the brake allows
 * @param sinceMs when that was, in lease time
 * @param level what was in the bucket when it was last looked at
 * @param atMs when that was, in lease time
 */
public record Pace(SettingKey key, Brake brake, long from, long sinceMs, long level, long atMs) {
  /** How long the flow rises, in milliseconds of lease time. */
  public static final long RAMP_MS = 60_000;

  /**
   * The pace under a brake.
   *
   * @param before the pace until now; null if nothing was held back
   * @return null if nothing is held back
   */
  public static @Nullable Pace under(
      Brake brake, SettingKey key, @Nullable Pace before, Share share, long nowMs) {
    if (before == null) {
      return brake.isNone()
          ? null
          : new Pace(key, brake, share.flow(brake), nowMs, share.first(), nowMs);
    }
    if (before.brake().equals(brake)) {
      return before;
    }
    long from = Math.min(before.flow(share, nowMs), share.flow(brake));
    long level = Math.min(before.level(share, nowMs), share.bucket(from));
    return new Pace(key, brake, from, nowMs, level, nowMs);
  }

  /** Whether a run may start. */
  public boolean mayStart(Share share, long nowMs) {
    return share.flow(brake) > 0 && level(share, nowMs) >= share.start();
  }

  /** A run starts. */
  public Pace started(Share share, long nowMs) {
    return new Pace(key, brake, from, sinceMs, level(share, nowMs) - share.start(), nowMs);
  }

  /** Whether nothing is held back any more. */
  public boolean isOver(long nowMs) {
    return brake.isNone() && nowMs - sinceMs >= RAMP_MS;
  }

  private long flow(Share share, long nowMs) {
    long rises = share.flow(brake) - from;
    return from + rises * Math.clamp(nowMs - sinceMs, 0, RAMP_MS) / RAMP_MS;
  }

  private long level(Share share, long nowMs) {
    long came = cameUntil(share, Math.max(nowMs, atMs)) - cameUntil(share, atMs);
    return Math.min(level + came, share.bucket(flow(share, nowMs)));
  }

  /** What has flowed in since the brake began, the bucket's size aside. */
  private long cameUntil(Share share, long thenMs) {
    long ms = Math.max(thenMs - sinceMs, 0);
    long rose = Math.min(ms, RAMP_MS);
    long rises = share.flow(brake) - from;
    return from * ms + rises * rose * rose / (2 * RAMP_MS) + rises * (ms - rose);
  }
}
