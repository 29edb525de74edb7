package dev.sluice.local.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import org.jspecify.annotations.Nullable;

/** Returns its input. */
public final class EchoAgent implements Agent<@Nullable Object, @Nullable Object> {
  @Override
  public String name() {
    return "echo";
  }

  @Override
  public @Nullable Object run(RunContext run, @Nullable Object input) {
    return input;
  }
}
