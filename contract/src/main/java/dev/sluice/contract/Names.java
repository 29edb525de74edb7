package dev.sluice.contract;

import java.util.Optional;

/**
 * The rules for names. Each method returns the problem, naming the field, or nothing if the name is
 * valid.
 */
public final class Names {
  /** Separates a parent's id from the child's number; no submission may use it. */
  public static final char CHILD_SEPARATOR = '~';

  private static final Alphabet ID = Alphabet.of(true, "._:-", Bounds.NAME_CHARS);
  private static final Alphabet ANY_RUN = Alphabet.of(true, "._:~-", Bounds.RUN_ID_CHARS);
  private static final Alphabet AGENT = Alphabet.of(true, "._-", Bounds.NAME_CHARS);
  private static final Alphabet METER = Alphabet.of(true, "._-", Bounds.METER_CHARS);
  private static final Alphabet PLAN = Alphabet.of(true, "_-", Bounds.PLAN_CHARS);
  private static final Alphabet POOL = Alphabet.of(false, "-", Bounds.POOL_CHARS);
  private static final Alphabet WORKER = Alphabet.of(true, "._:-", Bounds.WORKER_CHARS);
  private static final Alphabet INCARNATION = Alphabet.of(true, "._:-", Bounds.INCARNATION_CHARS);

  // A search names a label as key:value, so a key has no colon.
  private static final Alphabet LABEL = Alphabet.of(true, "._/-", Bounds.LABEL_KEY_CHARS);

  private Names() {}

  /** The id of a submitted run. */
  public static Optional<String> runIdProblem(String value) {
    return ID.problem("run_id", value);
  }

  /** The id of any run, including children. */
  public static Optional<String> anyRunIdProblem(String value) {
    return ANY_RUN.problem("run_id", value);
  }

  public static Optional<String> tenantProblem(String value) {
    return ID.problem("tenant", value);
  }

  public static Optional<String> agentProblem(String value) {
    return AGENT.problem("agent", value);
  }

  /** The version of an agent's code, which is any text of one line. */
  public static Optional<String> versionProblem(String value) {
    boolean good =
        !value.isEmpty()
            && value.length() <= Bounds.NAME_CHARS
            && value.chars().noneMatch(Character::isISOControl);
    return good
        ? Optional.empty()
        : Optional.of(
            "must be 1 to %d characters without control characters, got '%s'"
                .formatted(Bounds.NAME_CHARS, Texts.quoted(value)));
  }

  public static Optional<String> signalProblem(String value) {
    return AGENT.problem("signal name", value);
  }

  public static Optional<String> poolProblem(String value) {
    return POOL.problem("pool", value);
  }

  public static Optional<String> planProblem(String value) {
    return PLAN.problem("plan", value);
  }

  public static Optional<String> meterProblem(String value) {
    return METER.problem("meter", value);
  }

  public static Optional<String> workerProblem(String value) {
    return WORKER.problem("worker id", value);
  }

  public static Optional<String> incarnationProblem(String value) {
    return INCARNATION.problem("incarnation", value);
  }

  static Optional<String> labelKeyProblem(String value) {
    return LABEL.problem("labels: a key", value);
  }
}
