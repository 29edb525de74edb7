package dev.sluice.runner;

/**
 * The platform threads that carry the virtual threads of runs. The JDK has one for each core, and a
 * run that blocks where a virtual thread cannot unmount (it reads from a pipe or a file, or calls
 * native code) keeps its carrier. The JDK lends spare ones, but not to threads that were blocked
 * before the spare ones ended of idleness, after 30 s: then two runs that wait for a subprocess on
 * two cores stop every other run of the process, silently.
 */
final class Carriers {
  /** What the JDK reads when the first virtual thread starts. */
  static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  /**
   * Carriers for runs that keep theirs, at most. On two cores 64 cost a fifth of the throughput of
   * short runs, 16 none of it, but twice the runner's CPU: docs/decisions/0013.
   */
  static final int SPARE = 16;

  private Carriers() {}

  /**
   * Lets {@value #SPARE} runs block their carriers, or as many as there are slots, while the others
   * go on. Has an effect only before the process starts its first virtual thread; a value given by
   * {@code -Djdk.virtualThreadScheduler.parallelism} stands.
   */
  static void provideFor(int slots) {
    if (System.getProperty(PARALLELISM) == null) {
      int carriers = Runtime.getRuntime().availableProcessors() + Math.min(slots, SPARE);
      System.setProperty(PARALLELISM, Integer.toString(carriers));
    }
  }
}
