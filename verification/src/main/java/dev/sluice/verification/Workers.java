package dev.sluice.verification;

import dev.sluice.v1.Gone;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.HeldRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workers' heartbeats in each gate partition, and the workers reported GONE. */
final class Workers {
  private record Name(int partition, String incarnation) {}

  private record Beat(Heartbeat heartbeat, long appendMs) {}

  private final LeaseTimes times;
  private final Map<Name, List<Beat>> beats = new HashMap<>();
  private final Map<Name, Long> gone = new HashMap<>();

  Workers(History history, LeaseTimes times) {
    this.times = times;
    for (var one : history.progress()) {
      int partition = one.at().partition();
      long at = one.at().appendMs();
      if (one.progress().getEvent() instanceof Heartbeat heartbeat) {
        beats
            .computeIfAbsent(
                new Name(partition, heartbeat.getIncarnation()), name -> new ArrayList<>())
            .add(new Beat(heartbeat, at));
      } else if (one.progress().getEvent() instanceof Gone said) {
        gone.putIfAbsent(new Name(partition, said.getIncarnation()), at);
      }
    }
  }

  /** For how much lease time nothing was heard of a worker, since {@code sinceMs} at most. */
  long silentFor(int partition, String incarnation, long sinceMs) {
    var heard = beats.get(new Name(partition, incarnation));
    long last = heard == null ? sinceMs : Math.max(sinceMs, heard.getLast().appendMs());
    return times.since(partition, last);
  }

  /** For how much lease time a worker is known to be dead; 0 if it is not. */
  long goneFor(int partition, String incarnation) {
    var at = gone.get(new Name(partition, incarnation));
    return at == null ? 0 : times.since(partition, at);
  }

  /** For how much lease time a worker has listed what it holds without this run. */
  long unnamedFor(int partition, String incarnation, RunName run, int epoch, long sinceMs) {
    Long first = null;
    for (var beat : beats.getOrDefault(new Name(partition, incarnation), List.of())) {
      var held = beat.heartbeat().getHeld();
      if (held == null || beat.appendMs() < sinceMs) {
        continue;
      }
      if (names(held, run, epoch)) {
        first = null;
      } else if (first == null) {
        first = beat.appendMs();
      }
    }
    return first == null ? 0 : times.since(partition, first);
  }

  private static boolean names(List<HeldRun> held, RunName run, int epoch) {
    return held.stream()
        .anyMatch(
            one ->
                one.getTenant().equals(run.tenant())
                    && one.getRunId().equals(run.runId())
                    && one.getEpoch() == epoch);
  }

  /**
   * A worker that has had room for such a run in all of {@code ms} of lease time; or null.
   *
   * @param needs what replaying its journal takes
   */
  @Nullable String withRoomFor(
      int partition, String pool, String agent, CodeNeeds.Of needs, long ms) {
    for (var worker : beats.entrySet()) {
      var name = worker.getKey();
      var recent =
          worker.getValue().stream()
              .filter(beat -> times.since(partition, beat.appendMs()) <= ms)
              .toList();
      boolean spans =
          recent.size() > 1 && times.since(partition, recent.getFirst().appendMs()) > ms / 2;
      if (name.partition() == partition
          && !gone.containsKey(name)
          && spans
          && recent.stream()
              .allMatch(
                  beat ->
                      hasRoom(beat.heartbeat(), pool, agent)
                          && needs.areMetBy(beat.heartbeat(), agent))) {
        return name.incarnation();
      }
    }
    return null;
  }

  private static boolean hasRoom(Heartbeat heartbeat, String pool, String agent) {
    return heartbeat.getFree() > 0
        && heartbeat.getAgents().contains(agent)
        && heartbeat.getPools().stream()
            .anyMatch(share -> share.getPool().equals(pool) && !share.getPartitions().isEmpty());
  }
}
