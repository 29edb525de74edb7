/** Applies committed records to the views, and deletes what has been kept long enough. */
@NullMarked
package dev.sluice.topology.catalog.intake;

import org.jspecify.annotations.NullMarked;
