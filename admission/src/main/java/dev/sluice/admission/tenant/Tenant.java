package dev.sluice.admission.tenant;

import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.TenantSettings;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's record in force.
 *
 * @param origin when and where it was first appended: of two the later wins
 * @param at its offset in the tenant's partition; null where older entries do not say, or the entry
 *     could not be read
 * @param againAt offset of the newest record that says it again; null likewise
 */
public record Tenant(
    String name,
    TenantSettings settings,
    Origin origin,
    @Nullable Long at,
    @Nullable Long againAt) {
  /** The record at this offset. */
  public Tenant(String name, TenantSettings settings, Origin origin, long at) {
    this(name, settings, origin, at, at);
  }

  /** The same limits, said again by a newer record. */
  public Tenant againAt(long offset) {
    return new Tenant(name, settings, origin, at == null ? Long.valueOf(offset) : at, offset);
  }

  /** Whether these limits were read behind this offset; false where nobody knows. */
  public boolean isSaidBehind(long offset) {
    return againAt != null && againAt > offset;
  }

  /** Whether the record at this offset says these limits; where nobody knows any may. */
  public boolean isAt(long offset) {
    return at == null || againAt == null || offset == at || offset == againAt;
  }

  /** Whether it says no more than no record would. */
  public boolean saysNothing() {
    return settings.equals(TenantSettings.DEFAULT);
  }
}
