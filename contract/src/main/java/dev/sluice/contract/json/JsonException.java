package dev.sluice.contract.json;

/** The text is not JSON, exceeds a bound, or has an unexpected form. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }
}
