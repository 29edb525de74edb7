package dev.sluice.verification;

/** Where a record lies and when the broker appended it, in milliseconds since the epoch. */
public record Place(int partition, long offset, long appendMs) {}
