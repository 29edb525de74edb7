package dev.sluice.testkit;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import org.jspecify.annotations.Nullable;

/** Agents written where they are tested. */
final class Scripted {
  private Scripted() {}

  interface Code {
    @Nullable Object run(RunContext context, @Nullable Object input) throws Exception;
  }

  private record OfCode(String name, Code code)
      implements Agent<@Nullable Object, @Nullable Object> {
    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) throws Exception {
      return code.run(run, input);
    }
  }

  static Agent<?, ?> agent(String name, Code code) {
    return new OfCode(name, code);
  }
}
