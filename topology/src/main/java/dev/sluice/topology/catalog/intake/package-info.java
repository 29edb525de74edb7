/** Takes committed records into the views, and sweeps out what has been kept long enough. */
@NullMarked
package dev.sluice.topology.catalog.intake;

import org.jspecify.annotations.NullMarked;
