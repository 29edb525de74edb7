package dev.sluice.gateway;

import dev.sluice.contract.Bounds;
import dev.sluice.http.message.Problem;

/** Names of commands: 1 to 128 characters, unique within the tenant. */
final class CommandIds {
  private CommandIds() {}

  /**
   * The caller's own.
   *
   * @throws Problem 400 if it cannot be one
   */
  static String given(String idempotencyKey) {
    if (idempotencyKey.isBlank() || idempotencyKey.length() > Bounds.COMMAND_ID_CHARS) {
      throw Problem.badRequest(
          "Idempotency-Key must have 1 to "
              + Bounds.COMMAND_ID_CHARS
              + " characters, got "
              + idempotencyKey.length());
    }
    return idempotencyKey;
  }

  /** The same for the same redrive of the same run, so that asking again asks nothing new. */
  static String redrive(String run, int number) {
    var id = "redrive/" + run + "/" + number;
    return id.length() <= Bounds.COMMAND_ID_CHARS
        ? id
        : "redrive/" + RunIds.hash("", run) + "/" + number;
  }
}
