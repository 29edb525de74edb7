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

  public BudgetExhaustedException(String meter, long needed, long left) {
    super("the budget is exhausted: " + needed + " needed, " + left + " left of meter " + meter);
    this.meter = meter;
    this.needed = needed;
    this.left = left;
  }

  public String meter() {
    return meter;
  }

  public long needed() {
    return needed;
  }

  /** What the run may still charge to the meter. */
  public long left() {
    return left;
  }
}
