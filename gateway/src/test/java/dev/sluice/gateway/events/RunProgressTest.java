package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a stream has sent all that there is. */
final class RunProgressTest {
  private static final Set<Source> ALL = Set.of(Source.values());
  private static final Set<Source> OF_TENANTS = Set.of(Source.DECISIONS, Source.COMPLETIONS);
  private static final long AT = 1_000_000_000L;
  private static final long SOON = AT + RunProgress.PATIENCE.toNanos() - 1;
  private static final long LATE = AT + RunProgress.PATIENCE.toNanos();

  private final RunProgress progress = RunProgress.begin();

  @BeforeEach
  void hasCaughtUp() {
    for (var source : Source.values()) {
      progress.take(new Came.CaughtUp(source, 5), 0);
    }
  }

  private void ends(int epochs, OptionalLong emitted) {
    progress.take(Samples.end(epochs, emitted), AT);
  }

  @Test
  void isOverWhenAsManyChunksHaveComeAsTheLastEpochEmitted() {
    progress.take(Samples.chunk(5, 1, 1, "of an epoch before"), 0);
    progress.take(Samples.chunk(6, 2, 1, "a"), 0);
    ends(2, OptionalLong.of(2));
    assertThat(progress.isOver(SOON)).isFalse();

    progress.take(Samples.chunk(7, 2, 2, "b"), SOON);

    assertThat(progress.isOver(SOON)).isTrue();
    assertThat(progress.isWhole()).isTrue();
  }

  @Test
  void isOverAtOnceIfNothingWasEmitted() {
    progress.take(Samples.chunk(5, 1, 1, "of an epoch before"), 0);

    ends(2, OptionalLong.of(0));

    assertThat(progress.isOver(AT)).isTrue();
    assertThat(progress.isWhole()).isTrue();
  }

  @Test
  void isOverAtOnceIfTheRunNeverStarted() {
    ends(0, OptionalLong.empty());

    assertThat(progress.isOver(AT)).isTrue();
    assertThat(progress.isWhole()).isTrue();
  }

  @Test
  void waitsForTwoSecondsAtMostAndIsNotWholeThen() {
    progress.take(Samples.chunk(6, 1, 1, "a"), 0);
    ends(1, OptionalLong.of(2));

    assertThat(progress.isOver(SOON)).isFalse();
    assertThat(progress.isOver(LATE)).isTrue();
    assertThat(progress.isWhole()).isFalse();
  }

  @Test
  void isNotWholeIfNobodySaysHowManyThereWere() {
    progress.take(Samples.chunk(6, 1, 1, "a"), 0);
    ends(1, OptionalLong.empty());

    assertThat(progress.isOver(SOON)).isFalse();
    assertThat(progress.isOver(LATE)).isTrue();
    assertThat(progress.isWhole()).isFalse();
  }

  @Test
  void isNotWholeIfAChunkIsMissingInTheMiddle() {
    progress.take(Samples.chunk(6, 1, 1, "a"), 0);
    progress.take(Samples.chunk(7, 1, 3, "c"), 0);
    ends(1, OptionalLong.of(3));

    assertThat(progress.isWhole()).isFalse();
  }

  @Test
  void waitsForThePastHoweverLongItTakes() {
    var behind = RunProgress.begin();
    behind.take(Samples.end(1, OptionalLong.of(0)), AT);

    assertThat(behind.isOver(LATE)).isFalse();

    behind.take(new Came.CaughtUp(Source.OUTPUTS, 5), LATE);
    assertThat(behind.isOver(LATE)).isTrue();
  }

  @Test
  void chunksOfAnOlderEpochAreStaleOnceANewerOneHasEmitted() {
    var zombie = Samples.chunk(8, 1, 2, "of a zombie");
    progress.take(Samples.chunk(6, 1, 1, "a"), 0);
    assertThat(progress.isStale(zombie.output())).isFalse();

    progress.take(Samples.chunk(7, 2, 1, "b"), 0);
    progress.take(zombie, 0);

    assertThat(progress.isStale(zombie.output())).isTrue();
    ends(2, OptionalLong.of(1));
    assertThat(progress.isWhole()).isTrue();
  }

  @Test
  void anEndThatARedriveTookBackIsNone() {
    var redriven = RunProgress.begin(1, true);
    redriven.take(new Came.CaughtUp(Source.OUTPUTS, 5), 0);

    redriven.take(Samples.end(1, OptionalLong.of(0)), AT);

    assertThat(redriven.isOver(LATE)).isFalse();
  }

  @Test
  void anotherStreamGoesOnBehindTheLastEvent() {
    progress.take(Samples.chunk(6, 2, 1, "a"), 0);
    var id = Objects.requireNonNull(progress.id(ALL, false));
    assertThat(id.next())
        .isEqualTo(Map.of(Source.OUTPUTS, 7L, Source.DECISIONS, 5L, Source.COMPLETIONS, 5L));

    var next = RunProgress.behind(id);
    next.take(new Came.CaughtUp(Source.OUTPUTS, 7), 0);
    next.take(Samples.chunk(7, 2, 2, "b"), 0);
    next.take(Samples.end(2, OptionalLong.of(2)), AT);

    assertThat(next.isOver(AT)).isTrue();
    assertThat(next.isWhole()).isTrue();
  }

  /** The ends are read before long output: behind that, nobody would read the end again. */
  @Test
  void anotherStreamReadsTheEndAgainIfChunksCameBehindIt() {
    ends(1, OptionalLong.of(2));
    progress.take(new Came.CaughtUp(Source.COMPLETIONS, 20), AT);
    progress.take(Samples.chunk(6, 1, 1, "a"), AT);

    var id = Objects.requireNonNull(progress.id(ALL, false));

    assertThat(id.next()).containsEntry(Source.COMPLETIONS, Samples.END_AT);
    assertThat(id.next()).containsEntry(Source.OUTPUTS, 7L);
  }

  @Test
  void aTenantsStreamGoesOnBehindTheEndsOfItsRuns() {
    ends(1, OptionalLong.of(2));

    var id = Objects.requireNonNull(progress.id(OF_TENANTS, false));

    assertThat(id.next()).containsEntry(Source.COMPLETIONS, Samples.END_AT + 1);
  }

  @Test
  void anotherStreamKnowsThatAChunkWasMissing() {
    progress.take(Samples.chunk(6, 1, 1, "a"), 0);
    progress.take(Samples.chunk(7, 1, 3, "c"), 0);

    var next = RunProgress.behind(Objects.requireNonNull(progress.id(ALL, false)));
    next.take(Samples.end(1, OptionalLong.of(3)), AT);

    assertThat(next.isWhole()).isFalse();
  }

  @Test
  void aRefusalBeforeTheRunWasAcceptedIsNotItsEnd() {
    var accepted = RunProgress.begin(0, true);
    accepted.take(Samples.refusal(), AT);
    assertThat(accepted.end()).isNull();

    progress.take(Samples.refusal(), AT);
    assertThat(Objects.requireNonNull(progress.end()).status()).isEqualTo("REJECTED");
  }

  @Test
  void nobodyCanGoOnWhereItIsNotKnownWhatHasCome() {
    assertThat(RunProgress.begin().id(ALL, false)).isNull();
  }
}
