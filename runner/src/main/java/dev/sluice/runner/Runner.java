package dev.sluice.runner;

import dev.sluice.runner.io.Clients;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker inside this process. It ends nobody's process for a fault of its own: it closes itself
 * and tells its application, which may start another one.
 */
public final class Runner implements RoleProcess.Role {
  /** Exit code of a JVM that was halted because a run did not stop though it had to. */
  public static final int EXIT_HALTED = 70;

  private final Worker worker;

  private Runner(Worker worker) {
    this.worker = worker;
  }

  /** Builds a runner for an application that goes on when it has closed. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts the runner of a process that ends with it, and that serves probes.
   *
   * @param halt is run instead of halting the JVM when a run does not stop though it must
   */
  public static Runner start(RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt) {
    return start(config, agents, Host.ofProcess(halt, reason -> {}));
  }

  static Runner start(RunnerConfig config, List<Agent<?, ?>> agents, Host host) {
    return start(config, agents, host, new Clients(config.kafka()));
  }

  /** The same with other clients, such as a test's. */
  static Runner start(RunnerConfig config, List<Agent<?, ?>> agents, Host host, Clients clients) {
    return new Runner(Worker.start(config, agents, host, clients));
  }

  /** Collects what a runner needs from its application. */
  public static final class Builder {
    private @Nullable RunnerConfig config;
    private final List<Agent<?, ?>> agents = new ArrayList<>();
    private Consumer<FatalReason> onFatal = reason -> {};
    private @Nullable MeterRegistry metrics;
    private @Nullable OpenTelemetry telemetry;
    private boolean haltIfStuck = true;
    private boolean probes;

    private Builder() {}

    /** Where Kafka is, how many slots it has, and so on. Required. */
    public Builder config(RunnerConfig told) {
      config = told;
      return this;
    }

    /** An agent with whatever it needs. Runs of all its slots call it at the same time. */
    public Builder agent(Agent<?, ?> agent) {
      agents.add(Objects.requireNonNull(agent, "agent"));
      return this;
    }

    /** The same for several. */
    public Builder agents(Collection<? extends Agent<?, ?>> several) {
      several.forEach(this::agent);
      return this;
    }

    /**
     * Makes the agents that are named in {@code META-INF/services/dev.sluice.sdk.Agent}.
     *
     * @throws java.util.ServiceConfigurationError if one cannot be made
     */
    public Builder discoverAgents(ClassLoader loader) {
      ServiceLoader.load(Agent.class, loader).forEach(this::agent);
      return this;
    }

    /**
     * Its metrics go there, tagged {@code worker=<id>}, and are removed when it closes. Without
     * this they go nowhere.
     */
    public Builder metrics(MeterRegistry registry) {
      metrics = registry;
      return this;
    }

    /**
     * Its spans go there: a trace for each epoch of a run, with a span for each step that is
     * executed. Without this there are none.
     */
    public Builder openTelemetry(OpenTelemetry application) {
      telemetry = application;
      return this;
    }

    /**
     * Called once when the runner has closed itself for a fault, by a thread of its own that does
     * nothing else; not when it is closed by the application.
     */
    public Builder onFatal(Consumer<FatalReason> listener) {
      onFatal = listener;
      return this;
    }

    /**
     * Whether the JVM is halted, with exit code {@value Runner#EXIT_HALTED}, when the code of a run
     * does not stop within a second though its lease may be over; by default it is. Otherwise it
     * goes on: <b>another worker may execute the same run at the same time</b>, and its steps have
     * their effects twice. The log names the run.
     */
    public Builder haltIfStuck(boolean halt) {
      haltIfStuck = halt;
      return this;
    }

    /** Serves {@code /healthz} and {@code /readyz} where the configuration says; off by default. */
    public Builder serveProbes(boolean serve) {
      probes = serve;
      return this;
    }

    /**
     * Starts to take runs. If a worker on another host has taken this one's id, this first waits
     * until that one is gone.
     *
     * @throws SettingsException naming what is missing or cannot be taken: the configuration, a
     *     topic, or what an agent says about itself
     * @throws IllegalStateException if a live process on this host has the worker id
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
     */
    public Runner start() {
      var problems = new ArrayList<String>();
      if (config == null) {
        problems.add("config: is missing; RunnerConfig.builder() makes one");
      }
      if (agents.isEmpty()) {
        problems.add("agents: there is none; add one by agent(…) or discoverAgents(…)");
      }
      if (config == null || !problems.isEmpty()) {
        throw new SettingsException(problems);
      }
      Runnable halt = haltIfStuck ? new JvmHalt() : () -> {}; // the log has named the run
      return Runner.start(
          config, agents, new Host(halt, onFatal, true, probes, metrics, telemetry));
    }
  }

  /** Names this life of the worker. */
  public String incarnation() {
    return worker.incarnation();
  }

  /** Runs executed now. */
  public int active() {
    return worker.active();
  }

  /** What it is like now; cheap enough for every probe. */
  public RunnerHealth health() {
    return worker.health();
  }

  @Override
  public String address() {
    return worker.incarnation() + " " + worker.probes() + " agents=" + worker.agents();
  }

  /** Returns when it has closed itself for a fault and {@code onFatal} has returned. */
  @Override
  public void awaitFailure() throws InterruptedException {
    worker.awaitFault();
  }

  /**
   * Drains and closes: lets runs come to their next step within {@code drain.timeout.ms},
   * interrupts the others, and waits until none of them executes or its lease may be over. Whoever
   * calls this again waits until it is done; a thread of a run does not, as it would wait for
   * itself. An interrupt of the caller ends the drain, and its flag is set again at the end.
   */
  @Override
  public void close() {
    worker.close();
  }
}
