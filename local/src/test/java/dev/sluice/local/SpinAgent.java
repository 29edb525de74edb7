package dev.sluice.local;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import org.jspecify.annotations.Nullable;

/** Computes until it is interrupted, and so keeps the carrier of its virtual thread. */
public final class SpinAgent implements Agent<Object, @Nullable Object> {
  @Override
  public String name() {
    return "spin";
  }

  @Override
  public @Nullable Object run(RunContext run, Object input) throws Exception {
    return run.step("spin", Boolean.class, SpinAgent::spin);
  }

  private static boolean spin() throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    throw new InterruptedException();
  }
}
