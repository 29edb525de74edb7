package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalSender;
import java.util.Objects;

/** Signals as the receiver's journal has them. */
public final class SignalRecords {
  private SignalRecords() {}

  /** With the payload of the record that brought it: a command, or what another run wrote. */
  public static SignalReceived of(GateEffect.AppendSignal signal, EffectWriter.Source source) {
    var journaled = source.in().journal();
    return journaled != null && journaled.getEntry() instanceof SendEntry sent
        ? sent(signal, journaled, sent)
        : commanded(
            signal, Objects.requireNonNull(source.in().command(), "the record brings no signal"));
  }

  private static SignalReceived sent(
      GateEffect.AppendSignal signal, JournalRecord record, SendEntry sent) {
    return new SignalReceived(
        signal.name(),
        signal.number(),
        "",
        sent.getPayload(),
        sent.getContentType(),
        new SignalSender(record.getRunId(), record.getSeq()));
  }

  private static SignalReceived commanded(GateEffect.AppendSignal signal, RunCommand command) {
    return new SignalReceived(
        signal.name(),
        signal.number(),
        command.getCommandId(),
        command.getPayload(),
        command.getContentType(),
        null);
  }
}
