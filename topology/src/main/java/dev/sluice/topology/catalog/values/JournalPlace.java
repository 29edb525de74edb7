package dev.sluice.topology.catalog.values;

/**
 * The position of a journal record.
 *
 * @param key of the record that is meant: a topic that was made anew may hold another one there
 */
public record JournalPlace(int partition, long offset, String key) {}
