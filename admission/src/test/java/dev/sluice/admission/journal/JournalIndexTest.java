package dev.sluice.admission.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index beside a list of all that was appended; an entry of the list is never cut. */
final class JournalIndexTest {
  private record Written(Position position, Incarnation writer) {}

  private final List<Written> model = new ArrayList<>();
  private int first = 1;

  private static Incarnation writer(int number) {
    return new Incarnation("w." + number);
  }

  private JournalChunk append(JournalIndex index, int epoch, Incarnation writer) {
    var position = Position.of(model.size() * 7L, 10, epoch, 0);
    model.add(new Written(position, writer));
    return index.append(position, writer, index.totals().plus(1, 0, index.charged()));
  }

  private void assertSame(JournalIndex index) {
    assertThat(index.last()).isEqualTo(model.size());
    assertThat(index.first()).isEqualTo(first);
    assertThat(index.totals().steps()).isEqualTo(model.size());
    assertThat(index.replay())
        .extracting(Position::offset)
        .isEqualTo(
            model.subList(first - 1, model.size()).stream()
                .map(written -> written.position().offset())
                .toList());
    for (int seq = first; seq <= model.size(); seq++) {
      var written = model.get(seq - 1);
      int epoch = written.position().epoch();
      assertThat(index.writerOf(seq)).isEqualTo(written.writer());
      assertThat(index.holds(seq, epoch, written.writer())).isTrue();
      assertThat(index.holds(seq, epoch + 1, written.writer())).isFalse();
      assertThat(index.holds(seq, epoch, writer(99))).isFalse();
    }
    assertThat(index.at(0)).isNull();
    assertThat(index.at(model.size() + 1)).isNull();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void holdsWhatWasAppendedSinceTheLastCheckpointAlsoReadBackFromItsChunks(long seed) {
    var random = new SplittableRandom(seed);
    var index = new JournalIndex();
    var saved = new JournalIndex();
    for (int i = 0; i < 400; i++) {
      saved.set(append(index, 1 + i / 50, writer(random.nextInt(3))));
      if (random.nextInt(60) == 0) {
        first = model.size();
        saved.set(index.set(index.totals().from(first, Needs.NONE)));
        assertThat(saved.cut()).isEqualTo(index.cut());
      }
      if (i % 40 == 0) {
        assertSame(index);
        assertSame(saved);
      }
    }
    assertSame(index);
    assertSame(saved);
    assertThat(index.chunkNumbers()).isEqualTo(saved.chunkNumbers());
  }

  @Test
  void anEmptyJournalBeginsAtItsFirstPosition() {
    assertSame(new JournalIndex());
  }

  @Test
  void whatAWaitCameToStandsAtItsPosition() {
    var index = new JournalIndex();
    for (int i = 0; i < JournalChunk.SIZE + 2; i++) {
      append(index, 1, writer(1));
    }
    var signal = new Signal("go", 1, 5);

    index.resolve(JournalChunk.SIZE + 1, position -> position.with(signal));

    assertThat(index.replay().get(JournalChunk.SIZE).signal()).isEqualTo(signal);
    assertThat(index.replay().get(JournalChunk.SIZE + 1).signal()).isNull();
    assertThat(index.holds(JournalChunk.SIZE + 1, 1, writer(1))).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.resolve(JournalChunk.SIZE + 3, position -> position.with(signal)))
        .withMessageContaining("the last is 66");
  }
}
