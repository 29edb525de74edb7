package dev.sluice.runner.execution;

import dev.sluice.runner.journal.InvalidCallException;
import dev.sluice.runner.value.Codec;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.TypeRef;
import dev.sluice.v1.StepEntry;
import org.jspecify.annotations.Nullable;

/** Reads what steps returned as the types that the code names. */
record StepResults(Execution execution, Codec codec) {
  void checkType(String name, TypeRef<?> type) {
    codec
        .problem(type.type())
        .ifPresent(
            problem -> {
              throw new InvalidCallException(
                  "no result of step '%s' would come back as %s: %s"
                      .formatted(name, type, problem));
            });
  }

  /**
   * What a step that ended well returned.
   *
   * @param code its position in the code
   * @throws dev.sluice.sdk.StepMismatchException if it is no value of the type
   */
  @Nullable Object read(int code, StepEntry entry, TypeRef<?> type) {
    try {
      return codec.read(entry.getResult(), entry.getContentType(), type.type(), "it");
    } catch (NonRetryableException e) {
      var found = "step '" + entry.getName() + "' with results of type " + type;
      throw execution.journal().unreadable(code, found + " (" + e.getMessage() + ")");
    }
  }
}
