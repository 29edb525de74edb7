package dev.sluice.sdk;

/**
 * A batch of children was refused; none of it was spawned. Thrown by {@code spawn} where the worker
 * knows that a bound is passed, else by {@code await}. May be caught.
 */
public final class SpawnRefusedException extends NonRetryableException {
  private static final long serialVersionUID = 1L;

  /** How it stands in journals and completions. */
  public static final String TYPE = "SpawnRefused";

  private final String reason;

  /**
   * @param reason the bound, its value and what was asked for
   */
  public SpawnRefusedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The bound, its value and what was asked for. */
  public String reason() {
    return reason;
  }
}
