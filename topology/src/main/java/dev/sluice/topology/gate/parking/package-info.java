/** Records that wait beside their topic until their schema is known, and what travels with them. */
@NullMarked
package dev.sluice.topology.gate.parking;

import org.jspecify.annotations.NullMarked;
