package dev.sluice.runner.journal;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.ChargeExceededException;
import dev.sluice.sdk.ChildFailedException;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.SpawnRefusedException;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepMismatchException;
import dev.sluice.v1.RunError;
import dev.sluice.v1.StepEntry;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Failures as they stand in journals, and back. A call other than a step that was refused ({@code
 * charge}, {@code spawn}) is journaled as a failed step whose error names no step, so that it is
 * refused again in replay.
 */
public final class Refusals {
  /** Names of such calls. */
  static final String CHARGE = "charge";

  static final String SPAWN = "spawn";

  private static final Set<String> CALLS = Set.of(CHARGE, SPAWN);
  private static final Pattern NUMBERS =
      Pattern.compile(
          "^[^:]+: (\\d{1,18}) [a-z]+, (\\d{1,18}) [a-z]+ of meter (.*)$", Pattern.DOTALL);

  private static final String MISMATCH = "StepMismatch";

  /** What the protocol itself says of failures: no class of an agent's is called so. */
  private static final Set<String> WORDS =
      Set.of(
          BudgetExhaustedException.TYPE,
          ChargeExceededException.TYPE,
          SpawnRefusedException.TYPE,
          ChildFailedException.TYPE,
          MISMATCH,
          "Cancelled",
          "Dead",
          "Expired",
          "GateFailure",
          "InvalidSubmission",
          "JournalBroken",
          "LeaseLost",
          "QueueFull",
          "RecordUnwritable",
          "TimedOut",
          "UnknownAgent");

  private Refusals() {}

  /** The name of the refused call that an entry holds; null for a step. */
  static @Nullable String read(StepEntry entry) {
    var error = entry.getError();
    boolean refused = error != null && error.getStep() == null && CALLS.contains(entry.getName());
    return refused ? entry.getName() : null;
  }

  /** A stable word where there is one, else the name of the class without its package. */
  static String type(Throwable failure) {
    return switch (failure) {
      case StepFailedException step -> stepType(step);
      case BudgetExhaustedException exhausted -> BudgetExhaustedException.TYPE;
      case ChargeExceededException exceeded -> ChargeExceededException.TYPE;
      case SpawnRefusedException refused -> SpawnRefusedException.TYPE;
      case ChildFailedException child -> ChildFailedException.TYPE;
      case StepMismatchException mismatch -> MISMATCH;
      default -> name(failure.getClass());
    };
  }

  private static String name(Class<?> type) {
    var full = type.getName();
    var simple = type.isAnonymousClass() ? full : type.getSimpleName();
    var name = simple.substring(simple.lastIndexOf('.') + 1);
    return WORDS.contains(name) ? "class " + full : name;
  }

  /** Of a class that others may extend. */
  private static String stepType(StepFailedException failure) {
    try {
      return Objects.requireNonNull(failure.type());
    } catch (RuntimeException | Error e) {
      return name(failure.getClass());
    }
  }

  public static RunError of(Throwable failure, @Nullable String step) {
    return new RunError(
        Texts.atMost(Bounds.ERROR_TYPE_CHARS, type(failure)),
        Texts.atMost(Bounds.ERROR_MESSAGE_CHARS, message(failure)),
        step,
        StackTrace.of(failure));
  }

  /** An exception's own code may fail, too. */
  private static String message(Throwable failure) {
    try {
      return String.valueOf(failure.getMessage());
    } catch (RuntimeException | Error e) {
      return "its message cannot be read: " + e.getClass().getName();
    }
  }

  /** What a step that was journaled with {@code error} throws. */
  public static RuntimeException failed(String step, RunError error) {
    return error.getType().equals(BudgetExhaustedException.TYPE)
        ? refused(error)
        : new StepFailedException(step, error.getType(), error.getMessage(), null);
  }

  /** What a refused call throws. */
  public static RuntimeException refused(RunError error) {
    var message = error.getMessage();
    if (error.getType().equals(SpawnRefusedException.TYPE)) {
      return new SpawnRefusedException(message);
    }
    var numbers = NUMBERS.matcher(message);
    if (!numbers.matches()) {
      return new NonRetryableException(message);
    }
    long one = Long.parseLong(numbers.group(1));
    long other = Long.parseLong(numbers.group(2));
    return error.getType().equals(BudgetExhaustedException.TYPE)
        ? new BudgetExhaustedException(numbers.group(3), one, other)
        : new ChargeExceededException(numbers.group(3), one, other);
  }
}
