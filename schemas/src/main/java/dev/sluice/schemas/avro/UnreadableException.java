package dev.sluice.schemas.avro;

/** Bytes, or the schema they were written with, that cannot be read or would cost too much to. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableException(String message) {
    super(message);
  }

  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
