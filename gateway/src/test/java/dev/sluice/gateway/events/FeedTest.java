package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The queue of one stream. */
final class FeedTest {
  private static final int CHUNK = 60_000;

  private final Room ofTenant = new Room(5 * Feed.MOST_BYTES);
  private final Room all = new Room(10 * Feed.MOST_BYTES);
  private final Feed feed = new Feed(Samples.TENANT, Samples.RUN, ofTenant, all);

  private static Came.Chunk large(long offset) {
    return Samples.chunk(offset, 1, offset, "x".repeat(CHUNK));
  }

  private static Came.Chunk small(long offset) {
    return Samples.chunk(offset, 1, offset, "x");
  }

  private void assertNothingWaits() {
    assertThat(all.bytes()).isZero();
    assertThat(ofTenant.bytes()).isZero();
  }

  /** Offsets of the chunks that wait, and what was said between them. */
  private List<Object> waiting() throws InterruptedException {
    var found = new ArrayList<Object>();
    for (var came = feed.next(Duration.ZERO); came != null; came = feed.next(Duration.ZERO)) {
      found.add(came instanceof Came.Chunk chunk ? chunk.offset() : came);
    }
    return found;
  }

  @Test
  void aReaderWhoIsTooSlowIsDroppedAndHoldsNothingAnyMore() {
    int fits = (int) (Feed.MOST_BYTES / CHUNK);
    for (int i = 0; i < fits; i++) {
      feed.happens(Source.OUTPUTS, large(i));
    }
    assertThat(feed.over()).isNull();
    assertThat(all.bytes()).isPositive().isLessThanOrEqualTo(Feed.MOST_BYTES);

    feed.happens(Source.OUTPUTS, large(fits));

    assertThat(feed.over()).isEqualTo(Feed.Over.SLOW);
    assertNothingWaits();
  }

  @Test
  void itIsDroppedTooWhenAllStreamsTogetherHoldTooMuch() {
    all.add(10 * Feed.MOST_BYTES - CHUNK);

    feed.happens(Source.OUTPUTS, large(1));

    assertThat(feed.over()).isEqualTo(Feed.Over.SLOW);
    assertThat(all.bytes()).as("of the others").isEqualTo(10 * Feed.MOST_BYTES - CHUNK);
    assertThat(ofTenant.bytes()).isZero();
  }

  @Test
  void itIsDroppedTooWhenThoseOfItsTenantHoldTooMuch() {
    ofTenant.add(5 * Feed.MOST_BYTES - CHUNK);

    feed.happens(Source.OUTPUTS, large(1));

    assertThat(feed.over()).isEqualTo(Feed.Over.SLOW);
    assertThat(all.bytes()).isZero();
  }

  @Test
  void whoCanWaitWaitsWhileThoseOfItsTenantHoldHalfOfTheirShare() {
    ofTenant.add(5 * Feed.MOST_BYTES / 2);

    assertThat(feed.hasRoom()).isFalse();
  }

  @Test
  void whatIsHeldBackTakesNoMoreThanTheOthersLeave() {
    for (var room : List.of(ofTenant, all)) {
      room.add(10 * Feed.MOST_BYTES);
      feed.holdBack(Source.OUTPUTS);

      feed.happens(Source.OUTPUTS, large(1));

      assertThat(feed.over()).as("it is not the caller who is slow").isNull();
      assertThat(feed.catchUp(Source.OUTPUTS, 1)).isFalse();
      room.add(-10 * Feed.MOST_BYTES);
    }
    assertNothingWaits();
  }

  @Test
  void thePastComesBeforeWhatHappensMeanwhile() throws Exception {
    feed.holdBack(Source.OUTPUTS);
    feed.happens(Source.OUTPUTS, small(7));
    feed.tell(small(5));
    feed.happens(Source.OUTPUTS, small(8));
    feed.tell(small(6));

    assertThat(feed.catchUp(Source.OUTPUTS, 7)).isTrue();
    feed.happens(Source.OUTPUTS, small(9));

    assertThat(waiting()).containsExactly(5L, 6L, new Came.CaughtUp(Source.OUTPUTS, 7), 7L, 8L, 9L);
    assertNothingWaits();
  }

  @Test
  void whatIsTooMuchToHoldBackIsReadAgain() throws Exception {
    feed.holdBack(Source.OUTPUTS);
    for (int i = 7; i < 30; i++) {
      feed.happens(Source.OUTPUTS, large(i));
    }
    assertThat(feed.over()).as("it is not the caller who is slow").isNull();
    assertThat(feed.catchUp(Source.OUTPUTS, 7)).isFalse();

    feed.holdBack(Source.OUTPUTS);
    feed.tell(large(7));
    assertThat(feed.catchUp(Source.OUTPUTS, 30)).isTrue();

    assertThat(waiting()).containsExactly(7L, new Came.CaughtUp(Source.OUTPUTS, 30));
    assertNothingWaits();
  }

  @Test
  void onlyATopicThatIsBehindIsHeldBack() throws Exception {
    feed.holdBack(Source.COMPLETIONS);

    feed.happens(Source.OUTPUTS, large(7));

    assertThat(waiting()).containsExactly(7L);
  }

  @Test
  void whoCanWaitWaitsWhileHalfOfItIsFull() throws Exception {
    int i = 0;
    while (feed.hasRoom()) {
      feed.tell(large(i++));
    }
    assertThat(feed.over()).isNull();

    waiting();

    assertThat(feed.hasRoom()).isTrue();
  }

  @Test
  void tellsWhereItsTopicsAreReadFrom() throws Exception {
    feed.tell(new Came.Begins(Source.OUTPUTS, 5));
    feed.tell(new Came.CaughtUp(Source.OUTPUTS, 7));
    feed.tell(new Came.CaughtUp(Source.DECISIONS, 9));

    assertThat(feed.awaitBeginning(Set.of(Source.OUTPUTS, Source.DECISIONS), Duration.ZERO))
        .isEqualTo(Map.of(Source.OUTPUTS, 5L, Source.DECISIONS, 9L));
  }

  @Test
  void endsOnceAndForOneReason() throws Exception {
    feed.end(Feed.Over.STOPPED);
    feed.end(Feed.Over.GONE);
    feed.tell(large(1));

    assertThat(feed.over()).isEqualTo(Feed.Over.STOPPED);
    assertThat(feed.next(Duration.ofSeconds(60))).isNull();
    assertThat(feed.awaitBeginning(Set.of(Source.OUTPUTS), Duration.ofSeconds(60))).isEmpty();
  }
}
