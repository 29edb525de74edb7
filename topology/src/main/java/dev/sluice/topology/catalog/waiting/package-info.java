/** Requests that wait for runs to end or for decisions, and what was refused just now. */
@NullMarked
package dev.sluice.topology.catalog.waiting;

import org.jspecify.annotations.NullMarked;
