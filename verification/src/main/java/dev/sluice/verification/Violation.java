package dev.sluice.verification;

/**
 * Something that must not be.
 *
 * @param invariant its name in the design, I1 to I4 or I6; or {@code stuck}
 */
public record Violation(String invariant, String what) {
  @Override
  public String toString() {
    return invariant + ": " + what;
  }
}
