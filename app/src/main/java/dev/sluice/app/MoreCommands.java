package dev.sluice.app;

import java.util.List;

/**
 * Commands of another module, found on the class path by {@link java.util.ServiceLoader}: commands
 * that a production process does not need stay off its class path.
 */
public interface MoreCommands {
  /** Classes with picocli's annotations, in the order in which the help lists them. */
  List<Class<?>> commands();
}
