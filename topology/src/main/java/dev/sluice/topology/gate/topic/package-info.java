/** The gate's topics: their names, and the settings that affect decisions. */
@NullMarked
package dev.sluice.topology.gate.topic;

import org.jspecify.annotations.NullMarked;
