package dev.sluice.schemas.avro;

/**
 * The bytes, or the schema they were written with, cannot be read or would be too expensive to
 * read.
 */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableException(String message) {
    super(message);
  }

  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
