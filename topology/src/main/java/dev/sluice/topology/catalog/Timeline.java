package dev.sluice.topology.catalog;

import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.YieldEntry;
import java.util.Map;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Journal records as the timeline shows them. */
final class Timeline {
  private Timeline() {}

  static StepView view(JournalRecord record, int bytes, RecordMetadata at) {
    return switch (record.getEntry()) {
      case StepEntry step ->
          new StepView(
              "STEP",
              record.getSeq(),
              record.getEpoch(),
              record.getIncarnation(),
              step.getName(),
              RunView.Fault.of(step.getError()),
              step.getCharged(),
              step.getTries(),
              step.getStartedAtMs(),
              step.getEndedAtMs(),
              bytes,
              at.partition(),
              at.offset());
      case EndEntry end ->
          other("END", record, RunView.Fault.of(end.getError()), end.getCharged(), bytes, at);
      case YieldEntry yield -> other("YIELD", record, null, yield.getCharged(), bytes, at);
      default ->
          other(
              record
                  .getEntry()
                  .getClass()
                  .getSimpleName()
                  .replace("Entry", "")
                  .toUpperCase(java.util.Locale.ROOT),
              record,
              null,
              Map.of(),
              bytes,
              at);
    };
  }

  private static StepView other(
      String kind,
      JournalRecord record,
      RunView.@Nullable Fault error,
      Map<String, Long> charged,
      int bytes,
      RecordMetadata at) {
    return new StepView(
        kind,
        record.getSeq(),
        record.getEpoch(),
        record.getIncarnation(),
        null,
        error,
        charged,
        0,
        null,
        null,
        bytes,
        at.partition(),
        at.offset());
  }
}
