package dev.sluice.schemas.avro;

import dev.sluice.contract.Texts;

/** Describes a failure in one line of bounded length; the line may quote untrusted text. */
public final class Reasons {
  private static final int MAX_CHARS = 500;

  private Reasons() {}

  public static String of(Throwable failure) {
    var message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : shortened(failure.getClass().getSimpleName() + ": " + message);
  }

  public static String shortened(String text) {
    return Texts.atMost(MAX_CHARS, text);
  }
}
