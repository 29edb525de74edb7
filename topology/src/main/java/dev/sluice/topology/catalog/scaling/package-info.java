/** Computes how many slots each pool needs, and how old that knowledge is. */
@NullMarked
package dev.sluice.topology.catalog.scaling;

import org.jspecify.annotations.NullMarked;
