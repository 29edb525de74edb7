package dev.sluice.sdk.trace;

/** What the body of a step does, in the words of OpenTelemetry's conventions for generative AI. */
public sealed interface Operation permits ModelCall, ToolCall {}
