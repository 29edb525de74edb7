package dev.sluice.gateway.events;

import dev.sluice.v1.Output;
import dev.sluice.v1.RunCompleted;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far a stream of one run, or of all of a tenant, has come. For one thread; knows no clock. */
final class RunProgress {
  /** How long chunks may come behind the end of their run. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Map<Source, Long> next = new EnumMap<>(Source.class);
  private final Set<Source> caughtUp = EnumSet.noneOf(Source.class);
  private final int redrive;
  private final boolean accepted;
  private int epoch;
  private long number;
  private boolean hole;
  private @Nullable Ended end;
  private long endedNanos;

  /** Where its end lies on its topic; -1 if it has not been read there. */
  private long endAt = -1;

  private RunProgress(int redrive, boolean accepted) {
    this.redrive = redrive;
    this.accepted = accepted;
  }

  /** From the beginning. */
  static RunProgress begin() {
    return begin(0, false);
  }

  /**
   * The same for a run of which that much is known: what ended before is not its end.
   *
   * @param redrive how often it has been redriven
   * @param accepted whether it was accepted: a retryable refusal came before that
   */
  static RunProgress begin(int redrive, boolean accepted) {
    return new RunProgress(redrive, accepted);
  }

  /** Where its topics are read from. */
  RunProgress from(Map<Source, Long> offsets) {
    next.putAll(offsets);
    return this;
  }

  /** Behind an event. */
  static RunProgress behind(ResumeId id) {
    var progress = new RunProgress(0, false);
    progress.next.putAll(id.next());
    progress.epoch = id.epoch();
    progress.number = id.number();
    progress.hole = id.hole();
    return progress;
  }

  /** Takes in what came. */
  void take(Came came, long nowNanos) {
    switch (came) {
      case Came.Chunk(long offset, Output chunk) -> {
        next.put(Source.OUTPUTS, offset + 1);
        chunk(chunk);
      }
      case Came.State state -> next.put(Source.DECISIONS, state.offset() + 1);
      case Came.End ended -> {
        next.put(Source.COMPLETIONS, ended.offset() + 1);
        if (isOfTheRun(ended.completed())) {
          endAt = ended.offset();
          ends(Ended.of(ended), nowNanos);
        }
      }
      case Came.Begins(Source source, long offset) -> next.put(source, offset);
      case Came.CaughtUp(Source source, long offset) -> {
        next.merge(source, offset, Math::max);
        caughtUp.add(source);
      }
      case Came.Gap(Source source, long offset) -> next.put(source, offset);
    }
  }

  private boolean isOfTheRun(RunCompleted completed) {
    return completed.getRedrive() >= redrive && !(accepted && completed.getRetryable());
  }

  private void chunk(Output chunk) {
    if (isStale(chunk)) {
      return;
    }
    if (chunk.getEpoch() > epoch) {
      epoch = chunk.getEpoch();
      number = 0;
      hole = false;
    }
    hole |= chunk.getNumber() > number + 1;
    number = Math.max(number, chunk.getNumber());
  }

  /** Whether a newer epoch than this chunk's has emitted something. */
  boolean isStale(Output chunk) {
    return chunk.getEpoch() < epoch;
  }

  /** The run has ended; what is known of that already is not of an earlier end. */
  void ends(Ended ended, long nowNanos) {
    var known = end;
    if (known == null || ended.epochs() >= known.epochs()) {
      end = ended;
      endedNanos = known == null ? nowNanos : endedNanos;
    }
  }

  /** How the run ended; null if it has not. */
  @Nullable Ended end() {
    return end;
  }

  /** Whether all that the last epoch of a run that has ended emitted has come. */
  boolean isWhole() {
    var known = end;
    return known != null
        && known.emitted().isPresent()
        && !(hole && epoch == known.epochs())
        && (epoch == known.epochs() ? number : 0) >= known.emitted().getAsLong();
  }

  /** Whether all that there was of a topic when the stream began has come. */
  boolean hasCaughtUp(Source source) {
    return caughtUp.contains(source);
  }

  /** Whether nothing more is waited for. */
  boolean isOver(long nowNanos) {
    var known = end;
    if (known == null) {
      return false;
    }
    boolean allCame = caughtUp.contains(Source.OUTPUTS);
    boolean isLate = nowNanos - endedNanos >= PATIENCE.toNanos();
    return allCame && (isWhole() || (isLate && caughtUp.contains(Source.COMPLETIONS)));
  }

  /**
   * Where another stream can go on; null while that is not known of all topics. It reads the end of
   * the run again: that may have come before its last chunks.
   */
  @Nullable ResumeId id(Set<Source> sources, boolean ended) {
    if (!next.keySet().containsAll(sources)) {
      return null;
    }
    var at = new EnumMap<>(next);
    if (endAt >= 0 && sources.contains(Source.OUTPUTS)) {
      at.put(Source.COMPLETIONS, endAt);
    }
    return new ResumeId(at, epoch, number, hole, ended);
  }
}
