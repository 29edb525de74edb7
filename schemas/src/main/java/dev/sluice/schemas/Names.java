package dev.sluice.schemas;

import java.util.Optional;
import java.util.regex.Pattern;

/** Which names are valid (CONTRACT §2); each method says what is wrong, or nothing. */
public final class Names {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Pattern POOL = Pattern.compile("[a-z0-9-]{1,64}");
  private static final int SHOWN = 200;

  private Names() {}

  public static Optional<String> runIdProblem(String value) {
    return problem("run_id", ID, value);
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
    if (rule.matcher(value).matches()) {
      return Optional.empty();
    }
    var shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
    return Optional.of(field + " must match " + rule + ", got '" + shown + "'");
  }
}
