package dev.sluice.admission.tenant;

import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.TenantSettings;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's record in force.
 *
 * @param origin when and where it was first appended: of two the later wins
 * @param at offset of the newest record that says it, in the tenant's partition; null where older
 *     entries do not say, or the entry could not be read
 */
public record Tenant(String name, TenantSettings settings, Origin origin, @Nullable Long at) {
  /** The same limits, said again by a newer record. */
  public Tenant at(long offset) {
    return new Tenant(name, settings, origin, offset);
  }

  /** Whether these limits were read behind this offset; false where nobody knows. */
  public boolean isSetBehind(long offset) {
    return at != null && at > offset;
  }
}
