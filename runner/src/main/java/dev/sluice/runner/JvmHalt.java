package dev.sluice.runner;

/** Ends this JVM at once: what executes without a lease must not go on. */
final class JvmHalt implements Runnable {
  @Override
  public void run() {
    Runtime.getRuntime().halt(Runner.EXIT_HALTED);
  }
}
