package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.worker.Abilities;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks, from records and effects alone, that runs go where their journals can be replayed. */
final class DeployChecks {
  /** Nobody counts as silent who was heard so lately. */
  private static final long LATELY_MS = 1_000;

  private record Said(GateEvent.Heartbeat beat, long offset, long atMs) {
    private boolean holds(String pool, int partition) {
      return beat.partitions().getOrDefault(pool, Set.of()).contains(partition);
    }

    private boolean canTake(String pool, String agent, Set<String> versions, int format) {
      return !beat.partitions().getOrDefault(pool, Set.of()).isEmpty()
          && beat.agents().contains(agent)
          && beat.abilities().areSaid()
          && canReplay(beat.abilities(), agent, versions, format);
    }
  }

  private final Map<Incarnation, Said> said = new HashMap<>();

  /** The gate failed on their last heartbeats: it may still go by the ones before. */
  private final Set<Incarnation> unheard = new HashSet<>();

  private final Map<RunKey, TreeMap<Integer, Needs>> written = new HashMap<>();
  private long nowMs;
  private boolean isTold = true;
  private int choices;

  /** What the gate knows is not what it was told any more. */
  void damaged() {
    isTold = false;
  }

  /** Runs that were handed out though some worker could not replay them. */
  int choices() {
    return choices;
  }

  static boolean canReplay(Abilities abilities, String agent, Set<String> versions, int format) {
    return abilities.format() >= format
        && abilities.versions().getOrDefault(agent, List.of()).containsAll(versions);
  }

  void heard(GateEvent event, Cause cause, List<GateEffect> effects) {
    nowMs = cause.appendMs();
    switch (event) {
      case GateEvent.Heartbeat beat -> {
        said.put(beat.worker(), new Said(beat, cause.offset(), nowMs));
        if (effects.stream().anyMatch(GateEffect.DeadLetterRecord.class::isInstance)) {
          unheard.add(beat.worker());
        } else {
          unheard.remove(beat.worker());
        }
      }
      case GateEvent.Gone gone -> {
        said.remove(gone.worker());
        unheard.remove(gone.worker());
      }
      default -> {}
    }
  }

  /** A position counts. */
  void wrote(GateEvent.Journaled event) {
    written.computeIfAbsent(event.run(), run -> new TreeMap<>()).put(event.seq(), event.needs());
  }

  private static Set<String> versions(Iterable<Needs> all) {
    var versions = new java.util.TreeSet<String>();
    all.forEach(one -> versions.addAll(one.versions()));
    return versions;
  }

  void dispatched(GateEffect.Dispatch dispatch) {
    var replayed =
        written
            .getOrDefault(dispatch.run().key(), new TreeMap<>())
            .tailMap(dispatch.journal().first(), true)
            .values();
    var versions = versions(replayed);
    int format = replayed.stream().mapToInt(Needs::format).max().orElse(0);
    assertThat(Set.copyOf(dispatch.journal().needs().versions()))
        .as("who wrote what %s replays", dispatch.run().key())
        .isEqualTo(versions);
    assertThat(dispatch.journal().needs().format()).isEqualTo(format);
    if (isTold && unheard.isEmpty()) {
      checkOwner(dispatch, versions, format);
    }
  }

  private void checkOwner(GateEffect.Dispatch dispatch, Set<String> versions, int format) {
    var spec = dispatch.run().spec();
    var owner = owner(spec.pool(), dispatch.partition());
    var abilities = Objects.requireNonNull(owner, "nobody holds its partition").beat().abilities();
    if (abilities.areSaid()) {
      assertThat(canReplay(abilities, spec.agent(), versions, format))
          .as("%s can replay %s of format %d: %s", owner, versions, format, dispatch)
          .isTrue();
    } else if (!versions.isEmpty()) {
      assertThat(able(spec.pool(), spec.agent(), versions, format))
          .as("who says that he can replay what went to one who does not: %s", dispatch)
          .isEmpty();
    }
    choices +=
        said.values().stream()
                .anyMatch(one -> !canReplay(one.beat().abilities(), spec.agent(), versions, format))
            ? 1
            : 0;
  }

  private @Nullable Said owner(String pool, int partition) {
    return said.values().stream()
        .filter(one -> one.holds(pool, partition))
        .max(Comparator.comparingLong(Said::offset))
        .orElse(null);
  }

  private Set<Incarnation> able(String pool, String agent, Set<String> versions, int format) {
    return said.entrySet().stream()
        .filter(one -> nowMs - one.getValue().atMs() <= LATELY_MS)
        .filter(one -> one.getValue().canTake(pool, agent, versions, format))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Nobody is given up for want of a worker that is there. */
  void ended(GateEffect.Complete complete, String pool) {
    var failure = complete.failure();
    if (isTold
        && unheard.isEmpty()
        && failure != null
        && (failure.type().equals("UnknownVersion") || failure.type().equals("UnknownFormat"))) {
      var all = written.getOrDefault(complete.run(), new TreeMap<>()).values();
      int format = all.stream().mapToInt(Needs::format).max().orElse(0);
      assertThat(able(pool, complete.agent(), versions(all), format))
          .as("who could replay %s", complete)
          .isEmpty();
    }
  }
}
