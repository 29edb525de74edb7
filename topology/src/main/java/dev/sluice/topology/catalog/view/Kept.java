package dev.sluice.topology.catalog.view;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Labels;
import dev.sluice.contract.Meters;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.wire.SerdeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what the views keep of records that anybody may have written. The gate checks the same
 * records by the same rules, but the catalog may read them before it knows the gate's decision.
 */
public final class Kept {
  /** Of a batch of children, or of those that a run waits for, the timeline shows the first. */
  static final int SHOWN_CHILDREN = 1_000;

  private Kept() {}

  /**
   * Checks whom a record is about.
   *
   * @param tenant empty for nobody
   * @throws SerdeException if there can be no such tenant or run
   */
  static void check(String tenant, @Nullable String runId) {
    Optional<String> problem =
        tenant.isEmpty() && runId == null ? Optional.empty() : Names.tenantProblem(tenant);
    problem
        .or(() -> runId == null ? Optional.empty() : Names.anyRunIdProblem(runId))
        .ifPresent(
            why -> {
              throw new SerdeException(SerdeException.Kind.MALFORMED, why, null);
            });
  }

  public static String name(String name) {
    return Texts.atMost(Bounds.NAME_CHARS, name);
  }

  public static String runId(String runId) {
    return Texts.atMost(Bounds.RUN_ID_CHARS, runId);
  }

  public static String reason(String reason) {
    return Texts.atMost(Bounds.REASON_CHARS, reason);
  }

  public static Map<String, Long> charges(Map<String, Long> charged) {
    return Meters.countable(Set.of(), charged);
  }

  /** What counts of {@code charged} beside what a run has charged before. */
  static Map<String, Long> charges(Set<String> before, Map<String, Long> charged) {
    return Meters.countable(before, charged);
  }

  static Map<String, String> labels(Map<String, String> labels) {
    return Labels.problem(labels).isEmpty() ? labels : Map.of();
  }

  public static <T> List<T> first(List<T> children) {
    return children.size() <= SHOWN_CHILDREN ? children : children.subList(0, SHOWN_CHILDREN);
  }
}
