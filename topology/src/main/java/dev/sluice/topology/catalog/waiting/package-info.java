/** Requests that wait for runs to end, and tenants of whom something was refused just now. */
@NullMarked
package dev.sluice.topology.catalog.waiting;

import org.jspecify.annotations.NullMarked;

