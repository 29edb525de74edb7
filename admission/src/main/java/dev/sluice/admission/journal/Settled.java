package dev.sluice.admission.journal;

import dev.sluice.admission.run.Signal;
import java.util.List;

/**
 * What a combined wait came to. Decided once; every later dispatch carries it.
 *
 * @param chosen the place of the branch that came first, from 0; {@link #ALL} if the run waited for
 *     all
 * @param signals those that it took, in the order of the branches that wait for signals
 */
public record Settled(int chosen, List<Signal> signals) {
  /** No branch was chosen: all came. */
  public static final int ALL = -1;

  public Settled {
    signals = List.copyOf(signals);
  }
}
