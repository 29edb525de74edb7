package dev.sluice.sdk.signal;

/**
 * A signal that a run has sent. {@link TreeSignals#await(SentSignal)} says what became of it, until
 * the run's next checkpoint.
 *
 * @param position the call among those of the run's code that take a position of the journal
 * @param to the run that was to receive it; empty for the parent of a run that has none
 * @param name the signal's name
 */
public record SentSignal(int position, String to, String name) {}
