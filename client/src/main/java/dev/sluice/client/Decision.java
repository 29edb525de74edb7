package dev.sluice.client;

/**
 * What the gate decided on a command.
 *
 * @param decision such as {@code CANCEL}, {@code SIGNAL}, {@code REDRIVE} or {@code REFUSE}
 * @param reason for people
 */
public record Decision(String commandId, String runId, String decision, String reason) {
  /** True if the command had no effect. */
  public boolean isRefused() {
    return decision.equals("REFUSE");
  }
}
