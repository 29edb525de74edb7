package dev.sluice.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run that stands DEAD, or a record that could not be read.
 *
 * @param kind {@code DEAD_RUN}, {@code UNREADABLE} or {@code UNREADABLE_LETTER}
 * @param tenant null if the record does not say
 * @param topic where the record lies, with {@code partition} and {@code offset}; −1 if not known
 * @param redrive of a run: how often it was redriven
 */
public record DeadLetter(
    String kind,
    @Nullable String reason,
    @Nullable String tenant,
    @Nullable String runId,
    @Nullable String agent,
    int attempts,
    @Nullable String topic,
    int partition,
    long offset,
    @Nullable Instant at,
    @Nullable RunFailure failure,
    int redrive) {}
