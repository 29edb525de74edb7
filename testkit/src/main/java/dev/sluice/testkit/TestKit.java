package dev.sluice.testkit;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Executes agents in memory, in milliseconds: the decisions are those of the gate, the journal and
 * its replay those of a worker, and there is no Kafka. Time stands still while code executes and
 * goes on by itself when a run waits, so that a sleep of three days takes none. Pauses between
 * tries of a step take none either; a step's time-out is real.
 *
 * <pre>{@code
 * var kit = TestKit.of(new OrderAgent());
 * var run = kit.submit(OrderAgent.class, new Order("tea")).signal("paid", true, Duration.ofDays(2)).run();
 * assertEquals(new Receipt("tea"), run.output(Receipt.class));
 * run.survivesCrashes();
 * }</pre>
 *
 * <p>Runs are executed one after the other in the caller's thread, and one kit may be used by
 * several threads as long as its agents may. Whatever an agent's steps do is done for real: give it
 * what it calls.
 */
public final class TestKit {
  private final List<Agent<?, ?>> agents;
  private final Set<String> pools;

  private TestKit(List<Agent<?, ?>> agents, Set<String> pools) {
    this.agents = List.copyOf(agents);
    this.pools = Set.copyOf(pools);
  }

  /**
   * A kit with these agents, those of children among them; see {@link Stub} for children that are
   * not to be executed. A child of an agent that is not here ends as in production: no worker has
   * it, and it dies after five minutes of the kit's time.
   */
  public static TestKit of(Agent<?, ?>... agents) {
    return new TestKit(List.of(agents), Set.of());
  }

  /** The same with further pools beside {@code default}. */
  public TestKit withPools(String... names) {
    var all = new HashSet<>(pools);
    all.addAll(List.of(names));
    return new TestKit(agents, all);
  }

  /** A run of the agent whose class this is: it must be one of the kit's. */
  public <I extends @Nullable Object> Submission submit(
      Class<? extends Agent<I, ?>> agent, I input) {
    var name =
        agents.stream()
            .filter(agent::isInstance)
            .map(Agent::name)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("the kit has no " + agent.getName()));
    return Submission.of(agents, pools, name, input);
  }

  /** A run of the agent that is called so. */
  public <I extends @Nullable Object> Submission submit(AgentRef<I, ?> agent, I input) {
    return Submission.of(agents, pools, agent.name(), input);
  }

  /** A run of the agent of this name. */
  public Submission submit(String agent, @Nullable Object input) {
    return Submission.of(agents, pools, agent, input);
  }
}
