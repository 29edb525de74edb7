package dev.sluice.admission;

/**
 * Where a step's record lies.
 *
 * @param offset in the journal partition
 * @param size of the record's value, in bytes
 * @param epoch the epoch that wrote it
 * @param writer hash of the incarnation that wrote it
 */
public record StepEntry(long offset, int size, int epoch, int writer) {}
