package dev.sluice.sdk;

import java.util.ArrayList;
import java.util.List;

/** Handles as a call has them. */
final class StepHandles {
  private StepHandles() {}

  static List<StepHandle<?>> all(StepHandle<?> one, StepHandle<?>... others) {
    var all = new ArrayList<StepHandle<?>>(1 + others.length);
    all.add(one);
    all.addAll(List.of(others));
    return all;
  }
}
