/** Reads journal records back from their topic, and extracts their values. */
@NullMarked
package dev.sluice.topology.catalog.values;

import org.jspecify.annotations.NullMarked;
