package dev.sluice.runner.execution;

import dev.sluice.runner.journal.ChildLedger;
import dev.sluice.runner.value.Codec;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.ChildStatus;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes results of children that have ended; reads their outputs from the journal. */
final class ChildOutputs {
  private final Execution execution;
  private final Codec codec;
  private final ChildLedger children;

  ChildOutputs(Execution execution, Codec codec) {
    this.execution = execution;
    this.codec = codec;
    this.children = execution.journal().children();
  }

  <O extends @Nullable Object> List<ChildResult<O>> results(
      List<? extends Child<? extends O>> handles) {
    var ends = read(handles);
    var results = new ArrayList<ChildResult<O>>(handles.size());
    for (var handle : handles) {
      results.add(result(handle, ends));
    }
    return results;
  }

  /** The EndEntry of each child that has one, all read at once. */
  private Map<Integer, EndEntry> read(List<? extends Child<?>> handles) {
    var numbers =
        handles.stream()
            .<Integer>map(Child::number)
            .distinct()
            .filter(number -> children.refusal(number) == null)
            .filter(number -> children.outcome(number).getOffset() >= 0)
            .toList();
    var offsets = numbers.stream().map(number -> children.outcome(number).getOffset()).toList();
    var entries = execution.read(offsets, EndEntry.class);
    var ends = new HashMap<Integer, EndEntry>();
    for (int i = 0; i < entries.size(); i++) {
      ends.put(numbers.get(i), entries.get(i));
    }
    return ends;
  }

  private <O extends @Nullable Object> ChildResult<O> result(
      Child<? extends O> handle, Map<Integer, EndEntry> ends) {
    var refusal = children.refusal(handle.number());
    if (refusal != null) {
      return new ChildResult.Refused<>(handle, refusal);
    }
    var outcome = children.outcome(handle.number());
    O output = output(handle, ends.get(handle.number()));
    return outcome.getStatus() == RunStatus.SUCCEEDED
        ? new ChildResult.Succeeded<>(handle, output)
        : failed(handle, outcome, output);
  }

  private static <O extends @Nullable Object> ChildResult<O> failed(
      Child<? extends O> handle, ChildOutcome outcome, O partial) {
    var error = outcome.getError();
    return new ChildResult.Failed<>(
        handle,
        status(outcome.getStatus()),
        error == null ? outcome.getStatus().name() : error.getType(),
        error == null ? "no error is known" : error.getMessage(),
        partial);
  }

  private static ChildStatus status(RunStatus status) {
    return switch (status) {
      case SUCCEEDED -> ChildStatus.SUCCEEDED;
      case FAILED -> ChildStatus.FAILED;
      case CANCELLED -> ChildStatus.CANCELLED;
      case TIMED_OUT -> ChildStatus.TIMED_OUT;
      case EXPIRED -> ChildStatus.EXPIRED;
      case REJECTED -> ChildStatus.REJECTED;
      case BUDGET_EXHAUSTED -> ChildStatus.BUDGET_EXHAUSTED;
      case DEAD -> ChildStatus.DEAD;
    };
  }

  // That an output may be null is the word of whoever named its type.
  @SuppressWarnings({"unchecked", "NullAway"})
  private <O extends @Nullable Object> O output(Child<? extends O> handle, @Nullable EndEntry end) {
    var bytes = end == null ? null : end.getOutput();
    if (bytes == null) {
      return (O) null;
    }
    var what = "the output of child " + handle.runId();
    return (O) codec.decodeAs(bytes, handle.type().type(), what);
  }
}
