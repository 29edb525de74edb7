package dev.sluice.admission.port;

/**
 * The record that an event was read from.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param appendMs when the broker appended it, in milliseconds since the epoch; the only wall clock
 *     that decisions know
 */
public record Cause(String topic, int partition, long offset, long appendMs) {}
