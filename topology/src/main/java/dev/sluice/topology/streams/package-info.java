/** Kafka Streams clients that survive faults of their environment. */
@NullMarked
package dev.sluice.topology.streams;

import org.jspecify.annotations.NullMarked;
