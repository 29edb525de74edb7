/** Turns what was decided into records, each no larger than its topic takes. */
@NullMarked
package dev.sluice.topology.gate.outbound;

import org.jspecify.annotations.NullMarked;
