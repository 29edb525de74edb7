/** The gate's topics: their names, and which of their settings decisions go by. */
@NullMarked
package dev.sluice.topology.gate.topic;

import org.jspecify.annotations.NullMarked;
