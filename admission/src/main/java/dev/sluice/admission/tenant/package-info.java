/** Tenants: their records, what each has queued and in flight, and what is reported of that. */
@NullMarked
package dev.sluice.admission.tenant;

import org.jspecify.annotations.NullMarked;
