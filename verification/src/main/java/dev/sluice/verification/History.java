package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of all topics, in the order of each partition. */
public final class History {
  /**
   * A submission that names a tenant and a run.
   *
   * @param submitted what it asked for; null where that is not known
   * @param topic where it stands, without prefix
   */
  public record Submission(RunName run, @Nullable RunSubmitted submitted, String topic, Place at) {}

  public record Limits(String tenant, @Nullable TenantLimits limits, Place at) {}

  /**
   * A pool, plan, agent or value as {@code kind/name}, in one gate partition.
   *
   * @param setting null brings back what the gate was started with
   */
  public record Set(String key, @Nullable Setting setting, Place at) {}

  public record Answer(DispatchAnswer answer, Place at) {}

  public record Decided(Decision decision, Place at) {}

  public record Completion(RunCompleted completed, Place at) {}

  /** A journal record; a tombstone has no record. */
  public record Journaled(JournalKey key, @Nullable JournalRecord record, Place at) {}

  /** What keeps leases and time. */
  public record Progressed(Progress progress, Place at) {}

  private final List<Submission> submissions = new ArrayList<>();
  private final List<Limits> limits = new ArrayList<>();
  private final List<Set> settings = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Decided> decisions = new ArrayList<>();
  private final List<Completion> completions = new ArrayList<>();
  private final List<Journaled> journal = new ArrayList<>();
  private final List<Progressed> progress = new ArrayList<>();

  public List<Submission> submissions() {
    return submissions;
  }

  public List<Limits> limits() {
    return limits;
  }

  public List<Set> settings() {
    return settings;
  }

  public List<Answer> answers() {
    return answers;
  }

  public List<Decided> decisions() {
    return decisions;
  }

  public List<Completion> completions() {
    return completions;
  }

  public List<Journaled> journal() {
    return journal;
  }

  public List<Progressed> progress() {
    return progress;
  }
}
