package dev.sluice.schemas.process;

import java.util.concurrent.Callable;

/** Runs a process's role until it is told to stop. */
public final class RoleProcess {
  private RoleProcess() {}

  /** Something that runs until closed and can say where it serves. */
  public interface Role extends AutoCloseable {
    /** What follows the word {@code ready} on standard output. */
    String address();

    /** Returns when the role ended by itself, which is a failure. */
    void awaitFailure() throws InterruptedException;

    @Override
    void close();
  }

  /**
   * Starts a role, prints its {@code ready} line and waits. SIGTERM and SIGINT close it.
   *
   * @return the exit code: 2 for bad settings (told in one line), 1 if the role failed
   */
  public static int run(Callable<? extends Role> start) throws Exception {
    Role role;
    try {
      role = start.call();
    } catch (SettingsException e) {
      System.err.println(e.getMessage());
      return 2;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(role::close, "stop"));
    System.out.println("ready " + role.address());
    System.out.flush();
    role.awaitFailure();
    return 1;
  }
}
