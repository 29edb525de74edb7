/** Asks the registry for schemas, our own and those that parked records wait for. */
@NullMarked
package dev.sluice.topology.gate.schema;

import org.jspecify.annotations.NullMarked;
