package dev.sluice.runner.execution;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.Dispatch;
import org.jspecify.annotations.Nullable;

/** What a test puts between an agent and the worker that executes it. */
public interface Rehearsal {
  /** Nothing: the agent gets the worker's own context, and pauses take their time. */
  Rehearsal NONE =
      new Rehearsal() {
        @Override
        public <I extends @Nullable Object, O extends @Nullable Object> O call(
            Agent<I, O> agent, Dispatch dispatch, RunContext context, I input) throws Exception {
          return agent.run(context, input);
        }

        @Override
        public long pauseMs(long ms) {
          return ms;
        }
      };

  /** Calls the agent, with {@code context} or one that stands before it. */
  <I extends @Nullable Object, O extends @Nullable Object> O call(
      Agent<I, O> agent, Dispatch dispatch, RunContext context, I input) throws Exception;

  /** How long a pause between two tries of a step lasts that should last {@code ms}. */
  long pauseMs(long ms);
}
