package dev.sluice.admission.run;

import dev.sluice.contract.Names;

/**
 * A child that a run requests.
 *
 * @param number among its parent's children, from 1
 * @param spec what is asked for; priority and trace context are the parent's
 * @param detached whether it goes on when its parent ends
 */
public record ChildSpec(int number, RunSpec spec, boolean detached) {
  /** Tells the child's id. */
  public String idBelow(String parent) {
    return parent + Names.CHILD_SEPARATOR + number;
  }
}
