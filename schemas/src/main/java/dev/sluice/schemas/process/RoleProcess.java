package dev.sluice.schemas.process;

import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a process's role until it is told to stop. */
public final class RoleProcess {
  private static final Logger LOG = LoggerFactory.getLogger(RoleProcess.class);
  private static final int FAILED = 1;

  private RoleProcess() {}

  /** A role that runs until closed, and has an address. */
  public interface Role extends AutoCloseable {
    /** The text after the word {@code ready} on standard output. */
    String address();

    /** Returns when the role ended by itself, which is a failure. */
    void awaitFailure() throws InterruptedException;

    @Override
    void close();
  }

  /**
   * A process without one of its threads does half of its work and looks as if it did all: what
   * watches over it had better start it again. Virtual threads serve one request or run each.
   */
  private static void ended(Thread thread, Throwable why) {
    if (thread.isVirtual()) {
      LOG.error("The virtual thread {} has ended", thread.getName(), why);
      return;
    }
    try {
      LOG.error("The thread {} has ended; this process ends too", thread.getName(), why);
    } finally { // also where there is no memory left to say so
      Runtime.getRuntime().halt(FAILED);
    }
  }

  /**
   * Starts a role, prints its {@code ready} line and waits. SIGTERM and SIGINT close it.
   *
   * @return the exit code: 2 for bad settings (told in one line), 1 if the role failed
   */
  public static int run(Callable<? extends Role> start) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(RoleProcess::ended);
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
    return FAILED;
  }
}
