package dev.sluice.sdk;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A child ended otherwise than SUCCEEDED. May be caught. Another attempt of the parent finds the
 * same child, so a parent that lets it propagate ends as FAILED.
 */
public final class ChildFailedException extends NonRetryableException {
  private static final long serialVersionUID = 1L;

  /** How it stands in journals and completions. */
  public static final String TYPE = "ChildFailed";

  private final String childId;
  private final ChildResult.Status status;
  private final String type;
  private final transient @Nullable Object partial;

  /**
   * Thrown by the worker.
   *
   * @param type of the child's error
   * @param message of the child's error
   * @param partial the child's output if it ended BUDGET_EXHAUSTED with one; else null
   */
  public ChildFailedException(
      String childId,
      ChildResult.Status status,
      String type,
      String message,
      @Nullable Object partial) {
    super("child " + childId + " ended as " + status + ": " + type + ": " + message);
    this.childId = childId;
    this.status = status;
    this.type = type;
    this.partial = partial;
  }

  /** The child's run id. */
  public String childId() {
    return childId;
  }

  /** How the child ended; never SUCCEEDED. */
  public ChildResult.Status status() {
    return status;
  }

  /** The type of the child's error, as it stands in its completion. */
  public String type() {
    return type;
  }

  /** What the child had when its budget ended, in the class that the spawn named. */
  public Optional<Object> partial() {
    return Optional.ofNullable(partial);
  }
}
