package @group@;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import java.time.Duration;

/** Greets whoever its input names. What a step has returned is kept, whatever happens to the worker. */
public final class @class@ implements Agent<@class@.Input, @class@.Output> {
  public record Input(String who) {}

  public record Output(String greeting, int letters) {}

  @Override
  public String name() {
    return "@name@";
  }

  @Override
  public Output run(RunContext run, Input input) {
    var options = StepOptions.DEFAULT.within(Duration.ofSeconds(10)).trying(3);
    String greeting = run.step("greet", String.class, options, () -> "Hello, " + input.who() + "!");
    int letters = run.step("count", Integer.class, greeting::length);
    return new Output(greeting, letters);
  }
}
