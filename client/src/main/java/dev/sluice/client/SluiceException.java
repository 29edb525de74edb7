package dev.sluice.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request was not answered as asked. The message is what the gateway says: the field, the rule,
 * the value. Its subclasses tell what the caller can do.
 */
public class SluiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * What an answer says of itself (RFC 9457).
   *
   * @param status the HTTP status; 0 if there was no answer
   * @param type an address that names the kind of problem; {@code about:blank} if the status does
   * @param runId the run that a refused submission would have been
   * @param at where limits lie that were refused with 412, as {@link TenantLimits.Sent#at}
   * @param retryAfter after which to try again, as the gateway says
   */
  public record Problem(
      int status,
      String type,
      String title,
      String detail,
      @Nullable String runId,
      @Nullable String at,
      @Nullable Duration retryAfter) {
    /** A problem that nobody stated. */
    public static Problem of(int status, String detail) {
      return new Problem(status, "about:blank", "", detail, null, null, null);
    }

    /** The same of this run. */
    public Problem ofRun(String id) {
      return new Problem(status, type, title, detail, id, at, retryAfter);
    }
  }

  private static final int FIRST_OF_THE_SERVER = 500;

  // One by one, so that they are serialized with the exception.
  private final String type;
  private final String title;
  private final String detail;
  private final @Nullable String runId;
  private final @Nullable String at;
  private final @Nullable Duration retryAfter;
  private final int status;

  /**
   * A failure that nobody stated as a problem.
   *
   * @param status HTTP status; 0 if there was no answer
   */
  public SluiceException(int status, String message) {
    this(Problem.of(status, message), null);
  }

  /**
   * A failure as it was stated.
   *
   * @param cause null if the answer itself is the failure
   */
  public SluiceException(Problem problem, @Nullable Throwable cause) {
    super(problem.detail(), cause);
    this.status = problem.status();
    this.type = problem.type();
    this.title = problem.title();
    this.detail = problem.detail();
    this.runId = problem.runId();
    this.at = problem.at();
    this.retryAfter = problem.retryAfter();
  }

  /** The exception for a problem, by its status. */
  public static SluiceException of(Problem problem, @Nullable Throwable cause) {
    return switch (problem.status()) {
      case 404 -> new NotFound(problem);
      case 409, 412, 422 -> new Conflict(problem);
      case 429 -> new TooMany(problem);
      case 0, 408 -> new Unavailable(problem, cause);
      default ->
          problem.status() >= FIRST_OF_THE_SERVER
              ? new Unavailable(problem, cause) // a proxy's own statuses, too
              : new Refused(problem, cause);
    };
  }

  /** The HTTP status; 0 if there was no answer. */
  public int status() {
    return status;
  }

  /** All that the answer says of itself. */
  public Problem problem() {
    return new Problem(status, type, title, detail, runId, at, retryAfter);
  }

  /** The run that a submission would have been: submit under this id to ask for it again. */
  public Optional<String> runId() {
    return Optional.ofNullable(runId);
  }

  /** When to try again, as the gateway says. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** It is not known. */
  public static final class NotFound extends SluiceException {
    private static final long serialVersionUID = 1L;

    public NotFound(Problem problem) {
      super(problem, null);
    }
  }

  /**
   * The id, or the key, was used for something else, or what was to be replaced is another by now.
   */
  public static final class Conflict extends SluiceException {
    private static final long serialVersionUID = 1L;

    public Conflict(Problem problem) {
      super(problem, null);
    }
  }

  /** The tenant's queue is full, or this client's: nothing was done, and it may come again. */
  public static final class TooMany extends SluiceException {
    private static final long serialVersionUID = 1L;

    public TooMany(Problem problem) {
      super(problem, null);
    }
  }

  /** There is no answer, or none that counts: it may have been done, and may be done later. */
  public static final class Unavailable extends SluiceException {
    private static final long serialVersionUID = 1L;

    public Unavailable(Problem problem, @Nullable Throwable cause) {
      super(problem, cause);
    }
  }

  /** Wrong as it is: it must be changed before it is sent again. */
  public static final class Refused extends SluiceException {
    private static final long serialVersionUID = 1L;

    public Refused(Problem problem, @Nullable Throwable cause) {
      super(problem, cause);
    }
  }
}
