package dev.sluice.client.kafka;

import dev.sluice.client.RunIds;
import dev.sluice.client.Submission;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import java.util.Optional;

/**
 * What names a run. It is checked before it is sent: the gate makes a dead letter of a record whose
 * names are none, which completes nothing, so whoever awaits it would wait for ever.
 */
final class RunNames {
  private static final int LAST_VISIBLE = 0x7e;

  private RunNames() {}

  /**
   * The id under which a run is submitted.
   *
   * @throws IllegalArgumentException if a name is none
   */
  static String idOf(Submission run) {
    check(Names.tenantProblem(run.tenant()));
    var id = run.runId();
    if (id != null) {
      check(Names.runIdProblem(id));
      return id;
    }
    var key = run.idempotencyKey();
    if (key == null) {
      return RunIds.next();
    }
    check(keyProblem(key));
    return RunIds.ofKey(run.tenant(), key);
  }

  private static Optional<String> keyProblem(String key) {
    boolean fits = !key.isEmpty() && key.length() <= Bounds.IDEMPOTENCY_KEY_CHARS;
    boolean isWhole = key.equals(key.strip()); // HTTP would cut off what stands around it
    return fits && isWhole && key.chars().allMatch(one -> one >= ' ' && one <= LAST_VISIBLE)
        ? Optional.empty()
        : Optional.of(
            "the idempotency key must be 1-%d characters of visible ASCII, got %s"
                .formatted(Bounds.IDEMPOTENCY_KEY_CHARS, Texts.quoted(key)));
  }

  private static void check(Optional<String> problem) {
    problem.ifPresent(
        what -> {
          throw new IllegalArgumentException(what);
        });
  }
}
