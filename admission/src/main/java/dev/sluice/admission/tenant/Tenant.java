package dev.sluice.admission.tenant;

import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's record in force.
 *
 * @param origin when and where it was first appended: of two the later wins
 * @param at its offset in the tenant's partition; null where older entries do not say, or the entry
 *     could not be read
 * @param againAt offsets of newer records that say it again, oldest first: the last {@link
 *     #MOST_AGAIN}
 */
public record Tenant(
    String name, TenantSettings settings, Origin origin, @Nullable Long at, List<Long> againAt) {
  /** So many callers can be refused beside one whose limits are still those that it saw. */
  public static final int MOST_AGAIN = 16;

  private static final long UNKNOWN_MS = Long.MIN_VALUE;

  public Tenant {
    againAt = List.copyOf(againAt);
  }

  /** In place of an entry that could not be read: any record is newer, and nothing starts. */
  public static Tenant unknown(String name) {
    var settings = TenantSettings.DEFAULT.withPaused(true);
    return new Tenant(name, settings, new Origin(UNKNOWN_MS, 0, 0), null, List.of());
  }

  /** Whether the entry could not be read, so that nobody knows whether there were limits. */
  public boolean isUnknown() {
    return at == null && origin.appendMs() == UNKNOWN_MS;
  }

  /** The record at this offset. */
  public Tenant(String name, TenantSettings settings, Origin origin, long at) {
    this(name, settings, origin, at, List.of());
  }

  /** The same limits, said by this record, too. */
  public Tenant againAt(long offset) {
    if (at == null) {
      return new Tenant(name, settings, origin, offset);
    }
    if (offset <= newest(at)) {
      return this;
    }
    var all = new ArrayList<>(againAt);
    all.add(offset);
    return new Tenant(
        name, settings, origin, at, all.subList(Math.max(0, all.size() - MOST_AGAIN), all.size()));
  }

  /** The same limits, said by this record, too, which was first appended then. */
  public Tenant againAt(long offset, Origin appended) {
    var again = againAt(offset);
    return origin.compareTo(appended) < 0
        ? new Tenant(name, settings, appended, again.at, again.againAt)
        : again;
  }

  /** The same limits, which were first appended then. */
  public Tenant since(Origin appended) {
    return new Tenant(name, settings, appended, at, againAt);
  }

  private long newest(long first) {
    return againAt.isEmpty() ? first : againAt.getLast();
  }

  /** Offset of the newest record that says these limits; null where nobody knows. */
  public @Nullable Long newestAt() {
    return at == null ? null : Long.valueOf(newest(at));
  }

  /** Whether these limits were read behind this offset; false where nobody knows. */
  public boolean isSaidBehind(long offset) {
    return at != null && newest(at) > offset;
  }

  /** Whether the record at this offset says these limits; where nobody knows any may. */
  public boolean isAt(long offset) {
    return at == null || offset == at || againAt.contains(offset);
  }

  /** Whether it says no more than no record would. */
  public boolean saysNothing() {
    return settings.equals(TenantSettings.DEFAULT);
  }
}
