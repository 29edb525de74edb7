package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunSubmitted;
import org.jspecify.annotations.Nullable;

/**
 * A record as the gate understood it.
 *
 * @param event what it says; null for a record that says nothing to the gate
 * @param submission its payload, if it was a submission
 * @param command its payload, if it was a command
 * @param journal its payload, if it was a worker's journal record
 */
public record Inbound(
    @Nullable GateEvent event,
    @Nullable RunSubmitted submission,
    @Nullable RunCommand command,
    @Nullable JournalRecord journal) {
  public static Inbound of(GateEvent event) {
    return new Inbound(event, null, null, null);
  }

  public static Inbound of(GateEvent.Submitted event, RunSubmitted submission) {
    return new Inbound(event, submission, null, null);
  }

  public static Inbound of(GateEvent.Commanded event, RunCommand command) {
    return new Inbound(event, null, command, null);
  }

  public static Inbound of(GateEvent.Journaled event, JournalRecord journal) {
    return new Inbound(event, null, null, journal);
  }

  public static Inbound nothing() {
    return new Inbound(null, null, null, null);
  }
}
