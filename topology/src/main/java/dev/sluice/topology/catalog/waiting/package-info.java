/** Requests that wait for runs to end or for decisions, and recent refusals. */
@NullMarked
package dev.sluice.topology.catalog.waiting;

import org.jspecify.annotations.NullMarked;
