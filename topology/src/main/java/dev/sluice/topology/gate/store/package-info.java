/** The gate's stores: keys, encoding, and the handling of entries that cannot be read back. */
@NullMarked
package dev.sluice.topology.gate.store;

import org.jspecify.annotations.NullMarked;
