package dev.sluice.sdk;

/**
 * The budget of the run's tree has not enough left, and no more will come. May be caught, to hand
 * back a partial answer within what is left; the run ends as BUDGET_EXHAUSTED either way.
 */
public final class BudgetExhaustedException extends NonRetryableException {
  private static final long serialVersionUID = 1L;

  /** How it stands in journals and completions. */
  public static final String TYPE = "BudgetExhausted";

  private final String meter;
  private final long needed;
  private final long left;

  /**
   * Thrown by the worker.
   *
   * @param needed what was to be charged
   * @param left what may still be charged
   */
  public BudgetExhaustedException(String meter, long needed, long left) {
    super("the budget is exhausted: " + needed + " needed, " + left + " left of meter " + meter);
    this.meter = meter;
    this.needed = needed;
    this.left = left;
  }

  /** The name of the meter that has not enough left. */
  public String meter() {
    return meter;
  }

  /** What was to be charged to the meter, or the step had declared. */
  public long needed() {
    return needed;
  }

  /** What the run may still charge to the meter. */
  public long left() {
    return left;
  }
}
