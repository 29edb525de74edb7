package dev.sluice.runner;

import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.sdk.Agent;
import java.util.List;

/** A worker inside this process. */
public final class Runner implements RoleProcess.Role {
  /** Exit code of a process that ended itself because a run did not stop though it had to. */
  public static final int EXIT_HALTED = 70;

  private final Worker worker;

  private Runner(Worker worker) {
    this.worker = worker;
  }

  /**
   * Starts to take runs. If a run does not stop when its lease may end, the process is halted.
   *
   * @throws IllegalStateException if a live process on this host has the worker id
   * @throws dev.sluice.schemas.process.SettingsException if a setting, or what an agent says about
   *     itself, cannot be taken
   */
  public static Runner start(RunnerConfig config, List<Agent<?, ?>> agents) {
    return start(config, agents, () -> Runtime.getRuntime().halt(EXIT_HALTED));
  }

  /** The same with another way to end the process. */
  public static Runner start(RunnerConfig config, List<Agent<?, ?>> agents, Runnable halt) {
    return new Runner(Worker.start(config, agents, halt));
  }

  /** Names this life of the worker. */
  public String incarnation() {
    return worker.incarnation();
  }

  /** Runs executed now. */
  public int active() {
    return worker.active();
  }

  @Override
  public String address() {
    return worker.incarnation() + " " + worker.probes() + " agents=" + worker.agents();
  }

  /** Returns when another worker has taken this one's id. */
  @Override
  public void awaitFailure() throws InterruptedException {
    worker.awaitLostId();
  }

  /** Drains and stops. */
  @Override
  public void close() {
    worker.close();
  }
}
