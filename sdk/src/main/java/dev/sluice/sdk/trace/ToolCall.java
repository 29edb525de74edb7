package dev.sluice.sdk.trace;

import org.jspecify.annotations.Nullable;

/**
 * A call of a tool that a model asked for.
 *
 * @param tool its name
 * @param callId the model's name for this call; null if it gave none
 */
public record ToolCall(String tool, @Nullable String callId) implements Operation {}
