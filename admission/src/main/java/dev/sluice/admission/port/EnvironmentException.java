package dev.sluice.admission.port;

/**
 * A fault outside the gate. No record is set aside and no run is sealed because of it; the same
 * input is read again once the environment has recovered.
 */
public final class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
