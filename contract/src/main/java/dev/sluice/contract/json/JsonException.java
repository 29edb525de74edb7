package dev.sluice.contract.json;

/** A text that is no JSON, beyond the bounds, or not what was expected. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }
}
