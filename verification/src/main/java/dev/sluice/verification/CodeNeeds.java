package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.YieldEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which code wrote the runs' journals, and in which form. */
final class CodeNeeds {
  private static final int IN_ORDER = 1;
  private static final int WITH_PLACES = 2;
  private static final int WITH_COMBINED_WAITS = 3;
  private static final int WITH_TREE_CALLS = 4;

  /** All that was ever written: a checkpoint may have made some of it needless. */
  record Of(Set<String> versions, int format) {
    static final Of NONE = new Of(Set.of(), 0);

    /** Whether a worker says that it can replay such a journal. */
    boolean areMetBy(Heartbeat heartbeat, String agent) {
      if (versions.isEmpty()) {
        return true;
      }
      return heartbeat.getJournalFormat() >= format
          && heartbeat.getVersions().stream()
              .filter(one -> one.getAgent().equals(agent))
              .anyMatch(
                  one ->
                      versions.stream()
                          .allMatch(
                              version ->
                                  one.getVersion().equals(version)
                                      || one.getReplays().contains(version)));
    }
  }

  private final Map<RunName, Of> needs = new HashMap<>();

  CodeNeeds(History history) {
    for (var one : history.journal()) {
      var record = one.record();
      if (record != null && one.key() instanceof JournalKey.Entry) {
        needs.merge(
            new RunName(record.getTenant(), record.getRunId()),
            new Of(Set.of(record.getAgentVersion()), format(record)),
            CodeNeeds::both);
      }
    }
  }

  private static int format(JournalRecord record) {
    int inOrder = record.getCodePosition() == null ? IN_ORDER : WITH_PLACES;
    return switch (record.getEntry()) {
      case CancelEntry cancel -> WITH_TREE_CALLS;
      case SendEntry send -> WITH_TREE_CALLS;
      case CombinedEntry taken -> WITH_COMBINED_WAITS;
      case YieldEntry yielded when yielded.getWait() instanceof CombinedWait -> WITH_COMBINED_WAITS;
      default -> inOrder;
    };
  }

  private static Of both(Of one, Of other) {
    var versions = new HashSet<>(one.versions());
    versions.addAll(other.versions());
    return new Of(versions, Math.max(one.format(), other.format()));
  }

  Of of(RunName run) {
    return needs.getOrDefault(run, Of.NONE);
  }
}
