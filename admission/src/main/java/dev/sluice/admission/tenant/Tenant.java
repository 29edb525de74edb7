package dev.sluice.admission.tenant;

import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.TenantSettings;

/**
 * A tenant's record in force.
 *
 * @param origin when and where it was first appended: of two the later wins
 */
public record Tenant(String name, TenantSettings settings, Origin origin) {}
