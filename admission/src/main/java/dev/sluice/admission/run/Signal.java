package dev.sluice.admission.run;

/**
 * A signal that has been read back from the run's journal.
 *
 * @param name what a run waits for
 * @param number from 1 within the run, in order of arrival
 * @param offset of its record in the journal partition
 */
public record Signal(String name, int number, long offset) {}
