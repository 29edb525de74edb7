package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.v1.CheckpointEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run goes on from: its newest checkpoint, and which changes of the code it takes. */
final class Resumption {
  private final Map<String, Boolean> versions = new HashMap<>();
  private @Nullable CheckpointEntry newest;

  void reached(CheckpointEntry checkpoint) {
    newest = checkpoint;
    checkpoint.getVersions().forEach(change -> versions.put(change, true));
  }

  /** Null if the run has reached none. */
  @Nullable CheckpointEntry newest() {
    return newest;
  }

  /** Whether the run takes a change; null if that is not decided. */
  @Nullable Boolean takes(String change) {
    return versions.get(change);
  }

  /**
   * @throws IllegalArgumentException if the run takes as many changes as it may
   */
  void checkRoom(String change) {
    if (versions.size() >= Bounds.CHANGES) {
      throw new IllegalArgumentException(
          "a run takes at most %d changes, '%s' is one more".formatted(Bounds.CHANGES, change));
    }
  }

  void decide(String change, boolean taken) {
    versions.put(change, taken);
  }

  /** The changes that the run takes, in the order of their names. */
  List<String> taken() {
    return versions.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
