/** The catalog: the read side, built from what the gate has committed, and its queries. */
@NullMarked
package dev.sluice.topology.catalog;

import org.jspecify.annotations.NullMarked;
