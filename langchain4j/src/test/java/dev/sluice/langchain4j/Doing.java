package dev.sluice.langchain4j;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;

/** An agent that does what a test says. */
record Doing(Code code) implements Agent<String, String> {
  /** What it does with its input. */
  @FunctionalInterface
  interface Code {
    String run(RunContext run, String input) throws Exception;
  }

  @Override
  public String name() {
    return "doing";
  }

  @Override
  public String run(RunContext run, String input) throws Exception {
    return code.run(run, input);
  }
}
