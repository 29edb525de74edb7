package dev.sluice.sdk;

/** The body of a step without a result. */
@FunctionalInterface
public interface StepAction {
  void run() throws Exception;
}
