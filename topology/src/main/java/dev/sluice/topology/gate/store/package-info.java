/** The gate's state on disk: stores, keys and encoding, and what of it cannot be read back. */
@NullMarked
package dev.sluice.topology.gate.store;

import org.jspecify.annotations.NullMarked;
