/** Decodes the gate's inputs into events, or into the reason why a record is refused. */
@NullMarked
package dev.sluice.topology.gate.inbound;

import org.jspecify.annotations.NullMarked;
