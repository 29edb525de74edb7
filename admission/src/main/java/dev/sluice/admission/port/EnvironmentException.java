package dev.sluice.admission.port;

/**
 * Something outside of the gate is at fault: no record is to be set aside and no run to be sealed
 * for it. What was read is read again when the environment is well.
 */
public final class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
