package dev.sluice.testkit;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Agents that stand for others, such as those of children. */
public final class Stub {
  private Stub() {}

  /** An agent that answers at once. */
  public static Agent<?, ?> of(String name, @Nullable Object output) {
    return answering(name, input -> output);
  }

  /**
   * An agent that answers at once, by its input.
   *
   * @param answer gets the input as plain data: maps, lists, strings, numbers
   */
  public static Agent<?, ?> answering(
      String name, Function<@Nullable Object, @Nullable Object> answer) {
    return new Answering(name, answer);
  }

  /** An agent that answers at once, by its typed input. */
  public static <I extends @Nullable Object, O extends @Nullable Object> Agent<?, ?> answering(
      AgentRef<I, O> agent, Function<I, O> answer) {
    return answering(agent.name(), input -> answer.apply(typed(agent, input)));
  }

  /** An agent whose runs end FAILED, without another attempt. */
  public static Agent<?, ?> failing(String name, String message) {
    return answering(
        name,
        input -> {
          throw new NonRetryableException(message);
        });
  }

  /** An input as the type that the reference says. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the codec gives what the type says
  private static <I extends @Nullable Object> I typed(
      AgentRef<I, ?> agent, @Nullable Object input) {
    var what = "the input of " + agent.name();
    var bytes = ValueCodec.encode(input, what).bytes();
    return (I) ValueCodec.decodeAs(bytes, agent.input().type(), what);
  }

  private record Answering(String name, Function<@Nullable Object, @Nullable Object> answer)
      implements Agent<@Nullable Object, @Nullable Object> {
    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      return answer.apply(input);
    }
  }
}
