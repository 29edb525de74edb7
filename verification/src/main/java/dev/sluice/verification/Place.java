package dev.sluice.verification;

/** A record's position and its append time, in milliseconds since the epoch. */
public record Place(int partition, long offset, long appendMs) {}
