package dev.sluice.topology.gate.outbound;

import org.jspecify.annotations.Nullable;

/** A record that the gate writes, with its destination. */
public record Outgoing(
    String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {}
