package dev.sluice.runner.execution;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import org.jspecify.annotations.Nullable;

/** An agent in a lambda. */
public record TestAgent(String name, String version, @Nullable RetryPolicy retryPolicy, Code code)
    implements Agent<@Nullable Object, @Nullable Object> {
  /** What it does. */
  interface Code {
    @Nullable Object run(RunContext run, @Nullable Object input) throws Exception;
  }

  /** What it does when its input does not matter. */
  public interface Body {
    @Nullable Object run(RunContext run) throws Exception;
  }

  public static TestAgent of(Body code) {
    return of("1", code);
  }

  public static TestAgent of(String version, Body code) {
    return new TestAgent("agent", version, null, (run, input) -> code.run(run));
  }

  @Override
  public @Nullable Object run(RunContext run, @Nullable Object input) throws Exception {
    return code.run(run, input);
  }
}
