package dev.sluice.runner.execution;

import dev.sluice.runner.journal.InvalidCallException;
import dev.sluice.runner.journal.Refusals;
import dev.sluice.runner.journal.StartedStep;
import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TypeRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What an agent calls to execute steps beside each other, when its arguments are checked. */
record ParallelCalls(Execution execution, StepResults results) {
  private static final int MOST_FRAMES = 20;

  <T extends @Nullable Object> StepHandle<T> start(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body) {
    return bodies()
        .start(name, line(), type, tries -> tries.execute(name, type.type(), options, body));
  }

  private ParallelBodies bodies() {
    var bodies = execution.thread().bodies();
    if (bodies == null) {
      bodies = new ParallelBodies(execution, results.codec());
      execution.thread().executesBeside(bodies);
    }
    return bodies;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // the codec gives what the type says
  <T extends @Nullable Object> List<T> awaitAll(
      Collection<? extends StepHandle<? extends T>> steps) {
    var mine = mine(steps);
    var failed = bodies().awaitAll(started(mine));
    var results = new ArrayList<T>(mine.size());
    for (var body : mine) {
      if (failed == null || failed == body.started()) {
        results.add((T) result(body));
      }
    }
    return results;
  }

  @SuppressWarnings("unchecked") // one of those that were given
  <T extends @Nullable Object> StepHandle<? extends T> awaitAny(
      Collection<? extends StepHandle<? extends T>> steps) {
    if (steps.isEmpty()) {
      throw new InvalidCallException("awaitAny needs at least one step");
    }
    var mine = mine(steps);
    var first = bodies().awaitFirst(started(mine));
    return (StepHandle<? extends T>)
        mine.stream().filter(body -> body.started() == first).findFirst().orElseThrow();
  }

  private List<BodyOfStep<?>> mine(Collection<? extends StepHandle<?>> steps) {
    var mine = new ArrayList<BodyOfStep<?>>(steps.size());
    for (var step : steps) {
      if (!(step instanceof BodyOfStep<?> body) || !body.isOf(execution)) {
        throw new InvalidCallException(
            "a handle belongs to the epoch that made it, got that of step '" + step.name() + "'");
      }
      mine.add(body);
    }
    return mine;
  }

  private static List<StartedStep> started(List<BodyOfStep<?>> bodies) {
    return bodies.stream().<StartedStep>map(BodyOfStep::started).toList();
  }

  /** Of a step that has ended. */
  private @Nullable Object result(BodyOfStep<?> body) {
    if (body.thrown() instanceof RuntimeException failure) {
      throw failure;
    }
    var entry = Objects.requireNonNull(body.started().entry());
    var error = entry.getError();
    if (error != null) {
      throw Refusals.failed(body.name(), error);
    }
    return results.read(body.started().code(), entry, body.type());
  }

  /** Where the agent's code calls. */
  private static String line() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .limit(MOST_FRAMES)
                    .filter(frame -> !isOurs(frame.getDeclaringClass()))
                    .findFirst()
                    .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                    .orElse("its code"));
  }

  private static boolean isOurs(Class<?> type) {
    return type.equals(ParallelCalls.class)
        || RunContext.class.isAssignableFrom(type)
        || type.getPackageName().equals(RunContext.class.getPackageName());
  }
}
