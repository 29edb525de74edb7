/** Turns decisions into records, each within its topic's size limit. */
@NullMarked
package dev.sluice.topology.gate.outbound;

import org.jspecify.annotations.NullMarked;
