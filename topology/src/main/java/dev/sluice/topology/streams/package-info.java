/** Kafka Streams clients that outlive the faults of their environment. */
@NullMarked
package dev.sluice.topology.streams;

import org.jspecify.annotations.NullMarked;
