package dev.sluice.runner.execution;

import dev.sluice.runner.identity.RunRef;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, once for each place in their code, of agents that take long between steps: what happens
 * there is done again whenever the run resumes. Nobody pays for it but who is found: a thread is
 * looked at when it has called its context for nothing in ten seconds.
 */
final class LongCode {
  private static final Logger LOG = LoggerFactory.getLogger(LongCode.class);
  private static final long LONG_MS = 10_000;
  private static final int MOST_PLACES = 1_000;

  /** In their calls an agent waits, or executes a step; with the second also behind its return. */
  private static final Set<String> OURS =
      Set.of(StepContext.class.getName(), ParallelBodies.class.getName());

  private static final Set<String> JDK = Set.of("java.", "javax.", "jdk.", "sun.");

  private final Set<String> told = new HashSet<>();

  /** For use by one thread. */
  void look(Execution execution, long nowMs) {
    if (told.size() < MOST_PLACES && execution.thread().mayLookAfter(LONG_MS, nowMs)) {
      tell(execution.dispatch().getAgent(), execution.ref(), execution.thread().stack());
    }
  }

  private void tell(String agent, RunRef ref, StackTraceElement[] stack) {
    if (!isBetweenSteps(stack)) {
      return;
    }
    var at = Arrays.stream(stack).filter(LongCode::isNoneOfTheJdk).findFirst().orElseThrow();
    if (told.add(agent + " " + at)) {
      LOG.atWarn()
          .setMessage(
              "Agent {} has called for no step for {} s, it is in {} at {}: what takes long belongs"
                  + " in a step, and a pause is run.sleep, or it is done again by each resume")
          .addArgument(agent)
          .addArgument(LONG_MS / 1_000)
          .addArgument(stack[0].getClassName() + "." + stack[0].getMethodName())
          .addArgument(at)
          .addKeyValue("runId", ref.runId())
          .addKeyValue("tenantId", ref.tenant())
          .addKeyValue("epoch", ref.epoch())
          .log();
    }
  }

  /** The thread is in the agent, and not in one of our calls below it. */
  private static boolean isBetweenSteps(StackTraceElement[] stack) {
    boolean inAgent = false;
    for (var frame : stack) {
      if (OURS.contains(frame.getClassName())) {
        return false;
      }
      inAgent |=
          frame.getClassName().equals(Execution.class.getName())
              && frame.getMethodName().equals(Execution.CALLS_AGENT);
    }
    return inAgent;
  }

  private static boolean isNoneOfTheJdk(StackTraceElement frame) {
    return JDK.stream().noneMatch(frame.getClassName()::startsWith);
  }
}
