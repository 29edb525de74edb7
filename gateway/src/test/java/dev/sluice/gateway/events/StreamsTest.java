package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Streamed;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What bounds the streams of a gateway, and of a tenant. */
final class StreamsTest {
  private static final long MOST = 16 * Feed.MOST_BYTES;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Streams streams = streams(Duration.ofSeconds(10), registry);

  private static Streams streams(Duration heartbeat, MeterRegistry registry) {
    var limits = new StreamLimits(100, 50, heartbeat, Duration.ofHours(1));
    return new Streams(limits, MOST, new EventMeasures(registry), feed -> {});
  }

  private static Optional<Came> nextOf(Feed feed) {
    try {
      return Optional.ofNullable(feed.next(Duration.ZERO));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private double waiting() {
    return registry.get("sluice.gateway.streams.bytes").gauge().value();
  }

  @Test
  void aTenantWhoDoesNotReadTakesNoRoomOfOthers() {
    var others = new ArrayList<Streams.Slot>();
    for (int i = 0; i < 50; i++) {
      var slot = streams.open("other", null);
      others.add(slot);
      for (int number = 1; number <= 8; number++) {
        slot.feed().tell(Samples.chunk(number, 1, number, "x".repeat(60_000)));
      }
    }
    assertThat(waiting()).isPositive().isLessThanOrEqualTo(MOST / 4.0);
    assertThat(others.getFirst().feed().hasRoom()).isFalse();

    var healthy = streams.open("acme", Samples.RUN);
    assertThat(healthy.feed().hasRoom()).isTrue();
    healthy.feed().tell(Samples.chunk(1, 1, 1, "x".repeat(60_000)));
    assertThat(healthy.feed().over()).isNull();

    others.forEach(Streams.Slot::close);
    healthy.close();
    assertThat(waiting()).isZero();
    assertThat(streams.open("other", null).feed().hasRoom()).isTrue();
  }

  @Test
  void aTenantHasSoManyStreamsAtMost() {
    var first = streams.open("acme", null);
    for (int i = 1; i < 50; i++) {
      streams.open("acme", null);
    }
    assertThatThrownBy(() -> streams.open("acme", null)).isInstanceOf(Problem.class);
    streams.open("other", null);

    first.close();

    assertThat(streams.open("acme", null).feed().over()).isNull();
  }

  /** What no caller sees does not keep a connection alive. */
  @Test
  void aHeartbeatComesAlsoWhileDecisionsComeThatAreNoStates() throws Exception {
    var own = streams(Duration.ZERO, new SimpleMeterRegistry());
    var slot = own.open(Samples.TENANT, Samples.RUN);
    for (int i = 0; i < 3; i++) {
      slot.feed().tell(Samples.fence(i));
    }
    var left = new ArrayList<Optional<Came>>();
    var pieces =
        new Streamed.Pieces() {
          @Override
          public void write(byte[] piece) {
            if (Arrays.equals(piece, Events.HEARTBEAT)) {
              left.add(nextOf(slot.feed()));
              slot.feed().end(Feed.Over.GONE);
            }
          }

          @Override
          public void whenGone(Runnable told) {}
        };

    new EventStream(slot.feed(), RunProgress.begin(), null, slot).write(pieces);

    assertThat(left).hasSize(1).allMatch(Optional::isPresent);
  }
}
