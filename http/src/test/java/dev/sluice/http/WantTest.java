package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who comes first of those that wait for room. */
final class WantTest {
  private static final long LATE = Long.MAX_VALUE - 1;
  private static final long AFTER_THE_TURN = Long.MIN_VALUE + 1_000;

  @Test
  void theSmallerComesFirstHoweverLateItBegan() {
    var large = new Room.Want(60_000, 0);
    var small = new Room.Want(300, 1_000);
    assertThat(large.isAfter(small)).isTrue();
    assertThat(small.isAfter(large)).isFalse();
  }

  @Test
  void whoHasToldNothingComesLast() {
    assertThat(new Room.Want(Room.UNKNOWN, 0).isAfter(new Room.Want(1024 * 1024, 1))).isTrue();
  }

  @Test
  void ofTwoAlikeTheEarlierComesFirstAlsoWhereTheClockTurnsOver() {
    var earlier = new Room.Want(500, LATE);
    var later = new Room.Want(500, AFTER_THE_TURN);
    assertThat(later.isAfter(earlier)).isTrue();
    assertThat(earlier.isAfter(later)).isFalse();
    assertThat(earlier.isAfter(earlier)).isFalse();
  }
}
