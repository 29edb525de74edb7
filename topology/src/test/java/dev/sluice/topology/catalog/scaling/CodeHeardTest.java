package dev.sluice.topology.catalog.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.AgentVersions;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.PoolShare;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which code workers are known to have. */
final class CodeHeardTest {
  private static final long LONG = CodeHeard.REMEMBERED.toNanos() + 1;

  private final CodeHeard code = new CodeHeard();

  static Heartbeat beat(String worker, String pool, AgentVersions... versions) {
    return Heartbeat.newBuilder()
        .setWorker(worker)
        .setIncarnation(worker + ".1")
        .setNumber(1)
        .setPools(List.of(new PoolShare(pool, List.of(0))))
        .setAgents(List.of("a", "b"))
        .setSlots(1)
        .setFree(1)
        .setVersions(List.of(versions))
        .setJournalFormat(versions.length == 0 ? 0 : 2)
        .setStopping(List.of())
        .setHeld(null)
        .build();
  }

  @Test
  void knowsWhatEachWorkerSays() {
    code.heard(beat("w1", "one", new AgentVersions("a", "2", List.of("1"))), 0);
    code.heard(beat("w2", "two"), 0);

    assertThat(code.of("one", "a"))
        .containsExactly(new CodeHeard.Code(Set.of("one"), "2", Set.of("1", "2")));
    assertThat(code.of("two", "a"))
        .as("of an earlier build")
        .containsExactly(new CodeHeard.Code(Set.of("two"), "", Set.of()));
    assertThat(code.of("one", "c")).isEmpty();
    assertThat(code.all()).hasSize(4);
  }

  @Test
  void forgetsWhoWasNotHeardForLong() {
    code.heard(beat("w1", "one"), 0);
    code.heard(beat("w2", "one"), LONG);

    code.forgetUntil(LONG);

    assertThat(code.of("one", "a")).hasSize(1);
  }
}
