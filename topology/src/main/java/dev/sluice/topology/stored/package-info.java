/** JSON in the state stores: written and read by the same rules everywhere. */
@NullMarked
package dev.sluice.topology.stored;

import org.jspecify.annotations.NullMarked;
