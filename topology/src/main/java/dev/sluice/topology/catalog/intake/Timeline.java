package dev.sluice.topology.catalog.intake;

import dev.sluice.contract.Names;
import dev.sluice.topology.catalog.view.Kept;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.StepView;
import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Retry;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SentWait;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.Until;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Journal records as the timeline shows them. */
final class Timeline {
  private static final String WAITS_FOR = "waiting_for";
  private static final String NUMBER = "number";

  private Timeline() {}

  /** What the kinds of records differ in. */
  private record Shown(
      String kind,
      @Nullable String name,
      RunView.@Nullable Fault error,
      Map<String, Long> charged,
      Map<String, Object> detail) {
    private static Shown of(String kind, Map<String, Long> charged) {
      return new Shown(kind, null, null, charged, Map.of());
    }

    private Shown named(String newName) {
      return new Shown(kind, newName, error, charged, detail);
    }

    private Shown failed(RunView.@Nullable Fault newError) {
      return new Shown(kind, name, newError, charged, detail);
    }

    private Shown with(Map<String, Object> newDetail) {
      return new Shown(kind, name, error, charged, newDetail);
    }
  }

  static StepView view(JournalRecord record, int bytes, RecordMetadata at) {
    var shown = shown(record);
    var step = record.getEntry() instanceof StepEntry entry ? entry : null;
    return new StepView(
        shown.kind(),
        record.getSeq(),
        record.getEpoch(),
        Kept.name(record.getIncarnation()),
        shown.name() == null ? null : Kept.name(shown.name()),
        shown.error(),
        Kept.charges(shown.charged()),
        step == null ? 0 : step.getTries(),
        step == null ? null : step.getStartedAtMs(),
        step == null ? null : step.getEndedAtMs(),
        bytes,
        at.partition(),
        at.offset(),
        shown.detail());
  }

  private static Shown shown(JournalRecord record) {
    return switch (record.getEntry()) {
      case StepEntry step ->
          Shown.of("STEP", step.getCharged())
              .named(step.getName())
              .failed(RunView.Fault.of(step.getError()));
      case SpawnEntry spawn ->
          Shown.of("SPAWN", spawn.getCharged()).with(children(record.getRunId(), spawn));
      case CancelEntry cancel ->
          Shown.of("CANCEL", cancel.getCharged())
              .with(Map.of("numbers", Kept.first(cancel.getNumbers())));
      case SendEntry send ->
          Shown.of("SEND", send.getCharged())
              .named(send.getName())
              .with(Map.of("to", Kept.runId(send.getTo())));
      case SignalEntry signal ->
          Shown.of("SIGNAL", signal.getCharged())
              .named(signal.getName())
              .with(Map.of(NUMBER, signal.getNumber()));
      case CombinedEntry combined ->
          Shown.of("COMBINED", combined.getCharged())
              .with(
                  CombinedText.of(combined.getAll(), combined.getBranches(), combined.getChosen()));
      case VersionEntry version ->
          Shown.of("VERSION", version.getCharged())
              .named(version.getChangeId())
              .with(Map.of(NUMBER, version.getNumber()));
      case CheckpointEntry checkpoint -> Shown.of("CHECKPOINT", checkpoint.getCharged());
      case YieldEntry yield -> yielded(yield);
      default -> endsAndGatesOwn(record);
    };
  }

  private static Shown endsAndGatesOwn(JournalRecord record) {
    return switch (record.getEntry()) {
      case EndEntry end ->
          Shown.of("END", end.getCharged())
              .failed(RunView.Fault.of(end.getError()))
              .with(Map.of("status", end.getStatus().name()));
      case InputEntry input -> Shown.of("INPUT", Map.of());
      case FenceEntry fence ->
          Shown.of("FENCE", Map.of()).with(Map.of("reason", Kept.reason(fence.getReason())));
      case SignalReceived signal ->
          Shown.of("SIGNAL_RECEIVED", Map.of())
              .named(signal.getName())
              .with(Map.of(NUMBER, signal.getNumber(), bringer(signal), broughtBy(signal)));
      default -> Shown.of("UNKNOWN", Map.of());
    };
  }

  private static String bringer(SignalReceived signal) {
    return signal.getSender() == null ? "command_id" : "sender";
  }

  private static String broughtBy(SignalReceived signal) {
    var sender = signal.getSender();
    return sender == null ? Kept.name(signal.getCommandId()) : Kept.runId(sender.getRunId());
  }

  private static Map<String, Object> children(String parent, SpawnEntry spawn) {
    var children =
        Kept.first(spawn.getChildren()).stream().map(child -> child(parent, child)).toList();
    return Map.of("children", children, "count", spawn.getChildren().size());
  }

  private static Map<String, Object> child(String parent, ChildSpec child) {
    return Map.of(
        "run_id",
        parent + Names.CHILD_SEPARATOR + child.getNumber(),
        "agent",
        Kept.name(child.getAgent()),
        "detached",
        child.getDetached());
  }

  private static Shown yielded(YieldEntry yield) {
    var shown = Shown.of("YIELD", yield.getCharged());
    return switch (yield.getWait()) {
      case Stopped stopped ->
          shown.with(Map.of(WAITS_FOR, "worker", "reason", stopped.getReason().name()));
      case Retry retry ->
          shown.failed(RunView.Fault.of(retry.getError())).with(Map.of(WAITS_FOR, "retry"));
      case Until until ->
          shown.with(
              Map.of(
                  WAITS_FOR,
                  "time",
                  "delay",
                  duration(until.getDelayMs()),
                  "reason",
                  Kept.reason(until.getReason())));
      case Sleep sleep ->
          shown.with(Map.of(WAITS_FOR, "time", "delay", duration(sleep.getDelayMs())));
      case SignalWait signal ->
          shown
              .named(signal.getName())
              .with(Map.of(WAITS_FOR, "signal", "timeout", duration(signal.getTimeoutMs())));
      case ChildrenWait wait ->
          shown.with(Map.of(WAITS_FOR, "child", "numbers", Kept.first(wait.getNumbers())));
      case CombinedWait wait ->
          shown.with(CombinedText.of(wait.getAll(), wait.getBranches(), null));
      case SentWait wait -> shown.with(Map.of(WAITS_FOR, "delivery"));
      case BudgetWait wait ->
          shown.with(Map.of(WAITS_FOR, "budget", "needs", Kept.charges(wait.getNeeds())));
      default -> shown;
    };
  }

  private static String duration(long ms) {
    return Duration.ofMillis(ms).toString();
  }
}
