/** Turns the bytes of the gate's inputs into events, and says why some cannot be taken. */
@NullMarked
package dev.sluice.topology.gate.inbound;

import org.jspecify.annotations.NullMarked;
