package dev.sluice.gateway.client;

/** A request was not answered as asked; the message is the gateway's. */
public final class SluiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;

  public SluiceException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status; 0 if there was no answer. */
  public int status() {
    return status;
  }
}
