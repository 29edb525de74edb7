package dev.sluice.sdk;

import org.jspecify.annotations.Nullable;

/**
 * One child of a batch.
 *
 * @param agent the agent that executes it; 1 to 128 characters of {@code [A-Za-z0-9._-]}
 * @param input its input; at most 1 MiB (1,048,576 bytes) as JSON
 */
public record Spawn(String agent, @Nullable Object input, SpawnOptions options) {
  public Spawn(String agent, @Nullable Object input) {
    this(agent, input, SpawnOptions.DEFAULT);
  }
}
