package dev.sluice.sdk;

/**
 * More was charged than the step had declared, or than the run may charge without declaring it.
 * What was allowed has been recorded; the rest has not.
 */
public final class ChargeExceededException extends NonRetryableException {
  private static final long serialVersionUID = 1L;

  /** How it stands in journals and completions. */
  public static final String TYPE = "ChargeExceeded";

  private final String meter;
  private final long charged;
  private final long allowed;

  /**
   * Thrown by the worker.
   *
   * @param charged what was to be charged
   * @param allowed what of it was recorded
   */
  public ChargeExceededException(String meter, long charged, long allowed) {
    super(
        "a charge is too large: "
            + charged
            + " charged, "
            + allowed
            + " allowed of meter "
            + meter);
    this.meter = meter;
    this.charged = charged;
    this.allowed = allowed;
  }

  /** The name of the meter. */
  public String meter() {
    return meter;
  }

  /** The amount that was to be charged in one call. */
  public long charged() {
    return charged;
  }

  /** The part of it that was recorded: what the step had declared, or the run had left. */
  public long allowed() {
    return allowed;
  }
}
