/** Detects transactions that block readers, and ends those that the gate may end. */
@NullMarked
package dev.sluice.topology.gate.transaction;

import org.jspecify.annotations.NullMarked;
