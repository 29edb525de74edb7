package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.runner.journal.ChildLedger;
import dev.sluice.runner.journal.CombinedCall;
import dev.sluice.runner.journal.InvalidCallException;
import dev.sluice.runner.value.Codec;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Wait;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.TimerBranch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes the values of waits that are over; reads outputs and payloads from the journal. */
final class WaitValues {
  private static final ByteBuffer EMPTY_OBJECT =
      ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();

  private final Execution execution;
  private final Codec codec;
  private final ChildLedger children;

  WaitValues(Execution execution, Codec codec) {
    this.execution = execution;
    this.codec = codec;
    this.children = execution.journal().children();
  }

  // --- waits

  /** What each of these gives; waits for all. */
  @SuppressWarnings("unchecked") // each value is of the type of its wait
  <T> List<T> awaitAll(List<? extends Wait<? extends T>> waits) {
    var children = children(waits);
    if (children.size() == waits.size()) {
      var numbers = children.stream().<Integer>map(this::number).toList();
      execution.thread().change(() -> execution.journal().awaitChildren(numbers));
      return (List<T>) values(waits, List.of(), List.of());
    }
    var outcome = await(true, waits);
    var times = IntStream.range(0, waits.size()).filter(at -> waits.get(at) instanceof Wait.Timer);
    var over = times.mapToObj(outcome::overAtMs).toList();
    return (List<T>) values(waits, outcome.signals(), over);
  }

  /** The first of these that came, and what it gives. */
  @SuppressWarnings("unchecked") // the value is of the type of its wait
  <T> Wait.First<T> awaitAny(List<? extends Wait<? extends T>> waits) {
    var outcome = await(false, waits);
    var first = waits.get(outcome.chosen());
    var over =
        first instanceof Wait.Timer ? List.of(outcome.overAtMs(outcome.chosen())) : List.<Long>of();
    var value = (T) values(List.of(first), outcome.signals(), over).getFirst();
    return new Wait.First<>(first, value);
  }

  private CombinedCall.Outcome await(boolean all, List<? extends Wait<?>> waits) {
    if (waits.isEmpty() || waits.size() > Bounds.WAIT_BRANCHES) {
      throw new InvalidCallException(
          "%s needs 1 to %d things to wait for, got %d"
              .formatted(all ? "awaitAll" : "awaitAny", Bounds.WAIT_BRANCHES, waits.size()));
    }
    var branches = waits.stream().map(this::branch).toList();
    return execution.thread().exclusively(() -> execution.journal().awaitSeveral(all, branches));
  }

  /** Refuses a call of which something is wrong. */
  static void require(Optional<String> problem) {
    if (problem.isPresent()) {
      throw new InvalidCallException(problem.get());
    }
  }

  private Object branch(Wait<?> wait) {
    return switch (wait) {
      case Child<?> child -> new ChildBranch(number(child));
      case Wait.Timer timer -> new TimerBranch(wholeMillis(timer.duration()));
      case Wait.Signal<?> signal -> {
        require(Names.signalProblem(signal.name()));
        yield new SignalBranch(signal.name());
      }
    };
  }

  /** The number of a child of this run: that of another run's would stand for one of its own. */
  private int number(Child<?> child) {
    return children.number(child, "await");
  }

  /** Parts of a millisecond count as a whole one. */
  static long wholeMillis(Duration duration) {
    return duration.plusNanos(999_999).toMillis();
  }

  private static List<Child<?>> children(List<? extends Wait<?>> waits) {
    var children = new ArrayList<Child<?>>();
    for (var wait : waits) {
      if (wait instanceof Child<?> child) {
        children.add(child);
      }
    }
    return children;
  }

  /**
   * What waits give that are over.
   *
   * @param offsets of the signals that they took
   * @param overAtMs when their timers were over, by the log's clock
   */
  private List<Object> values(
      List<? extends Wait<?>> waits, List<Long> offsets, List<Long> overAtMs) {
    var ends = read(children(waits));
    var signals = execution.read(offsets, SignalReceived.class).iterator();
    var times = overAtMs.iterator();
    var values = new ArrayList<Object>(waits.size());
    for (var wait : waits) {
      values.add(
          switch (wait) {
            case Child<?> child -> result(child, ends);
            case Wait.Signal<?> signal -> payload(signals.next(), signal.type());
            case Wait.Timer timer -> Instant.ofEpochMilli(times.next());
          });
    }
    return values;
  }

  // --- signals

  static void checkTimeout(Duration timeout) {
    if (timeout.isNegative()
        || timeout.isZero()
        || timeout.compareTo(RunContext.LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "a signal's timeout must be more than 0, at most 366 days, got " + timeout);
    }
  }

  <T> Optional<T> awaitSignal(String name, Class<T> type, Duration timeout) {
    long ms = wholeMillis(timeout);
    long offset = execution.thread().exclusively(() -> execution.journal().signal(name, ms));
    return offset < 0
        ? Optional.empty()
        : Optional.of(payload(execution.read(offset, SignalReceived.class), type));
  }

  @SuppressWarnings("unchecked") // it is read as that type
  private <T> T payload(SignalReceived signal, Class<T> type) {
    var payload = signal.getPayload();
    var bytes = payload == null || !payload.hasRemaining() ? EMPTY_OBJECT : payload;
    var what = "signal '" + signal.getName() + "'";
    var value = codec.decodeAs(bytes, type, what);
    if (value == null) {
      throw new NonRetryableException(
          "%s cannot be read as %s: its payload is null".formatted(what, type.getTypeName()));
    }
    return (T) value;
  }

  // --- children

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

  private static ChildResult.Status status(RunStatus status) {
    return switch (status) {
      case SUCCEEDED -> ChildResult.Status.SUCCEEDED;
      case FAILED -> ChildResult.Status.FAILED;
      case CANCELLED -> ChildResult.Status.CANCELLED;
      case TIMED_OUT -> ChildResult.Status.TIMED_OUT;
      case EXPIRED -> ChildResult.Status.EXPIRED;
      case REJECTED -> ChildResult.Status.REJECTED;
      case BUDGET_EXHAUSTED -> ChildResult.Status.BUDGET_EXHAUSTED;
      case DEAD -> ChildResult.Status.DEAD;
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
