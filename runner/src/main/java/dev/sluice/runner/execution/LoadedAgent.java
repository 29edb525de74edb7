package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Failures;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.runner.value.BringsCodec;
import dev.sluice.runner.value.Codec;
import dev.sluice.runner.value.WellFormed;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent with what it says about itself, asked once and checked: each record of its runs repeats
 * it, and a run whose records cannot be written would never end.
 *
 * @param replays other versions whose runs it can go on with
 * @param parallelSteps bodies that one run executes at a time
 */
public record LoadedAgent(
    String name, String version, Set<String> replays, int parallelSteps, Agent<?, ?> code) {
  private static final int MOST_PARALLEL = 256;

  /** More would not fit into a heartbeat, which names them all. */
  private static final int MOST_AGENTS = 1_000;

  /** What turns its values into bytes and back: its jar's own, or the worker's. */
  Codec codec() {
    return BringsCodec.of(code.getClass().getClassLoader());
  }

  /** Whether a journal with records of these versions fits its code. */
  public boolean replaysAll(Collection<String> versions) {
    return versions.stream().allMatch(one -> one.equals(version) || replays.contains(one));
  }

  /**
   * Asks agents about themselves.
   *
   * @throws SettingsException with every problem that there is
   */
  public static Map<String, LoadedAgent> all(List<? extends Agent<?, ?>> agents) {
    var problems = new ArrayList<String>();
    var named = new LinkedHashMap<String, LoadedAgent>();
    for (var agent : agents) {
      var loaded = load(agent, problems);
      if (loaded != null && named.putIfAbsent(loaded.name(), loaded) != null) {
        problems.add("two agents are named " + loaded.name());
      }
    }
    if (named.size() > MOST_AGENTS) {
      problems.add("a worker has at most " + MOST_AGENTS + " agents, got " + named.size());
    }
    int versions = named.values().stream().mapToInt(one -> 1 + one.replays().size()).sum();
    if (versions > Bounds.WORKER_VERSIONS) {
      problems.add(
          "the agents of a worker name at most %d versions, got %d"
              .formatted(Bounds.WORKER_VERSIONS, versions));
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return named;
  }

  private static @Nullable LoadedAgent load(Agent<?, ?> agent, List<String> problems) {
    var type = agent.getClass().getName();
    var name = said(type, "name()", agent::name, LoadedAgent::nameProblem, problems);
    var version = said(type, "version()", agent::version, LoadedAgent::versionProblem, problems);
    var replays = said(type, "replays()", agent::replays, LoadedAgent::replaysProblem, problems);
    said(type, "retryPolicy()", agent::retryPolicy, policy -> Optional.empty(), problems);
    var parallel =
        said(type, "parallelSteps()", agent::parallelSteps, LoadedAgent::parallelProblem, problems);
    return name == null || version == null || replays == null || parallel == null
        ? null
        : new LoadedAgent(name, version, Set.copyOf(replays), parallel, agent);
  }

  private interface Answer<T> {
    @Nullable T get();
  }

  private interface Check<T> {
    Optional<String> problem(@Nullable T value);
  }

  /** Whatever an agent's own code throws is told like any other wrong answer. */
  private static <T> @Nullable T said(
      String type, String call, Answer<T> answer, Check<T> check, List<String> problems) {
    try {
      var value = answer.get();
      var problem = check.problem(value);
      problem.ifPresent(what -> problems.add("agent " + type + ": " + call + ": " + what));
      return problem.isPresent() ? null : value;
    } catch (RuntimeException | Error e) {
      if (Failures.isFatal(e)) {
        throw e;
      }
      problems.add("agent " + type + ": " + call + " throws " + e);
      return null;
    }
  }

  private static Optional<String> nameProblem(@Nullable String name) {
    return name == null ? Optional.of("must not be null") : Names.agentProblem(name);
  }

  private static Optional<String> parallelProblem(@Nullable Integer steps) {
    return steps == null || steps < 1 || steps > MOST_PARALLEL
        ? Optional.of("must be 1 to " + MOST_PARALLEL + ", got " + steps)
        : Optional.empty();
  }

  private static Optional<String> versionProblem(@Nullable String version) {
    if (version == null) {
      return Optional.of("must not be null");
    }
    return WellFormed.is(version)
        ? Names.versionProblem(version)
        : Optional.of("must be well-formed text, got '%s'".formatted(Texts.quoted(version)));
  }

  private static Optional<String> replaysProblem(@Nullable Set<String> versions) {
    if (versions == null || versions.size() > Bounds.REPLAYED_VERSIONS) {
      return Optional.of(
          "must be at most %d versions, got %s"
              .formatted(Bounds.REPLAYED_VERSIONS, versions == null ? null : versions.size()));
    }
    return versions.stream().flatMap(one -> versionProblem(one).stream()).findFirst();
  }
}
