/** The gate's and the catalog's commands. */
@NullMarked
package dev.sluice.topology;

import org.jspecify.annotations.NullMarked;
