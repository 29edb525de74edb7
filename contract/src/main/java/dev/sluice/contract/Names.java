package dev.sluice.contract;

import java.util.Optional;
import java.util.regex.Pattern;

/** Which names are valid; each method says what is wrong, naming the field, or nothing. */
public final class Names {
  /** Stands between a parent's id and the child's number; no submission may use it. */
  public static final char CHILD_SEPARATOR = '~';

  private static final Pattern ID = rule("[A-Za-z0-9._:-]", Bounds.NAME_CHARS);
  private static final Pattern ANY_RUN = rule("[A-Za-z0-9._:~-]", Bounds.RUN_ID_CHARS);
  private static final Pattern AGENT = rule("[A-Za-z0-9._-]", Bounds.NAME_CHARS);
  private static final Pattern POOL = rule("[a-z0-9-]", Bounds.POOL_CHARS);

  private Names() {}

  private static Pattern rule(String alphabet, int chars) {
    return Pattern.compile(alphabet + "{1," + chars + "}");
  }

  /** Of a run that somebody submits. */
  public static Optional<String> runIdProblem(String value) {
    return problem("run_id", ID, value);
  }

  /** Of any run, children included. */
  public static Optional<String> anyRunIdProblem(String value) {
    return problem("run_id", ANY_RUN, value);
  }

  public static Optional<String> tenantProblem(String value) {
    return problem("tenant", ID, value);
  }

  public static Optional<String> agentProblem(String value) {
    return problem("agent", AGENT, value);
  }

  public static Optional<String> signalProblem(String value) {
    return problem("signal name", AGENT, value);
  }

  public static Optional<String> poolProblem(String value) {
    return problem("pool", POOL, value);
  }

  private static Optional<String> problem(String field, Pattern rule, String value) {
    return rule.matcher(value).matches()
        ? Optional.empty()
        : Optional.of(field + " must match " + rule + ", got '" + Texts.quoted(value) + "'");
  }
}
