package dev.sluice.topology.gate.outbound;

import org.jspecify.annotations.Nullable;

/** A record that the gate writes, with the place where it goes. */
public record Outgoing(
    String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {}
