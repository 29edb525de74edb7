package dev.sluice.runner.journal;

/**
 * A call of an agent that takes no position, in the order of its code.
 *
 * @param checkpoint the position of the checkpoint before it; 0 if there is none
 * @param number from 1 behind that checkpoint
 */
public record CallPlace(int checkpoint, int number) {}
