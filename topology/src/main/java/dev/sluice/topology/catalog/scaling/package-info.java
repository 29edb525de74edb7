/** How many slots each pool wants, and from when that knowledge is. */
@NullMarked
package dev.sluice.topology.catalog.scaling;

import org.jspecify.annotations.NullMarked;
