package dev.sluice.topology.catalog.view;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A journal record as the timeline shows it; its payload stays in the journal.
 *
 * @param detail what only records of this kind have, by the name that the JSON gives it
 */
public record StepView(
    String kind,
    int seq,
    int epoch,
    String worker,
    @Nullable String name,
    RunView.@Nullable Fault error,
    Map<String, Long> charged,
    int tries,
    @Nullable Long startedAtMs,
    @Nullable Long endedAtMs,
    int bytes,
    int partition,
    long offset,
    @Nullable Map<String, Object> detail) {
  public StepView {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(worker, "worker");
    Objects.requireNonNull(charged, "charged");
  }
}
