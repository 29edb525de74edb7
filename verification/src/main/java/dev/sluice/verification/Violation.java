package dev.sluice.verification;

/**
 * A violated invariant.
 *
 * @param invariant its name in the design, I1 to I4 or I6; or {@code stuck}
 */
public record Violation(String invariant, String what) {
  @Override
  public String toString() {
    return invariant + ": " + what;
  }
}
