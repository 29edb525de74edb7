package dev.sluice.admission.state;

import dev.sluice.admission.run.RunKey;

/** A saved run can be read but is inconsistent. */
final class UnusableRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient RunKey run;

  UnusableRunException(RunKey run, RuntimeException cause) {
    super(cause);
    this.run = run;
  }

  RunKey run() {
    return run;
  }
}
