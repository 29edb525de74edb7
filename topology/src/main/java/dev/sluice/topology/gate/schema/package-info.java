/** Looks schemas up in the registry: Sluice's own, and those that parked records wait for. */
@NullMarked
package dev.sluice.topology.gate.schema;

import org.jspecify.annotations.NullMarked;
