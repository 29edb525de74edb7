package dev.sluice.testkit.world;

import dev.sluice.sdk.Agent;
import dev.sluice.v1.RunSubmitted;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a world.
 *
 * @param agents those that its worker has
 * @param pools those that exist, beside {@code default}
 * @param submission the run
 * @param script what is sent to it, in the order of its times
 */
public record Scenario(
    List<Agent<?, ?>> agents, Set<String> pools, RunSubmitted submission, List<Sent> script) {
  public Scenario {
    agents = List.copyOf(agents);
    pools = Set.copyOf(pools);
    script = List.copyOf(script);
  }

  /**
   * A command that somebody sends.
   *
   * @param after the submission, by the world's time
   * @param signal its name; null for a cancel
   */
  public record Sent(Duration after, @Nullable String signal, @Nullable ByteBuffer payload) {}
}
