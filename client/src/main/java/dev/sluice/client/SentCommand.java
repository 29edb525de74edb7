package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * A command that Kafka has. What the gate decides on it is told by {@link SluiceClient#decision}.
 *
 * @param redrive which redrive it asks for, to wait for its end; null for other commands, and if no
 *     catalog could be asked
 */
public record SentCommand(String runId, String commandId, @Nullable Integer redrive) {}
