/** Reads journal records back from their topic, and shows the values in them. */
@NullMarked
package dev.sluice.topology.catalog.values;

import org.jspecify.annotations.NullMarked;
