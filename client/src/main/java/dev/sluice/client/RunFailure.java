package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * Why a run ended other than well.
 *
 * @param type a stable word to branch on, such as {@code UnknownAgent}, or an exception's simple
 *     name
 * @param message for people; at most 8,192 characters
 * @param step the step that failed, if one did
 * @param stackTrace where the agent's code failed, if it did
 */
public record RunFailure(
    String type, String message, @Nullable String step, @Nullable String stackTrace) {}
