/** Tenants: their records, their queued and in-flight runs, and the load that is reported. */
@NullMarked
package dev.sluice.admission.tenant;

import org.jspecify.annotations.NullMarked;
