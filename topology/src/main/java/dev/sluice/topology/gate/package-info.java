/** The gate: a Kafka Streams application around the decision core, and the clock beside it. */
@NullMarked
package dev.sluice.topology.gate;

import org.jspecify.annotations.NullMarked;
