package dev.sluice.schemas.topic;

/** The topics' names, without the configurable prefix. */
public final class Topics {
  public static final String RUNS = "runs";

  /** The same records as on {@link #RUNS}; written by gateways and the gate alone. */
  public static final String SUBMISSIONS = "submissions";

  public static final String TENANTS = "tenants";

  /** What decisions go by; each record is in every partition. */
  public static final String SETTINGS = "settings";

  public static final String COMMANDS = "commands";
  public static final String CLAIMS = "claims";
  public static final String PROGRESS = "progress";
  public static final String JOURNAL = "journal";
  public static final String COMPLETIONS = "completions";

  /** The same completions as JSON, if the gate is configured to write them. */
  public static final String COMPLETIONS_JSON = "completions-json";

  public static final String DECISIONS = "decisions";
  public static final String DEAD_LETTERS = "dead-letters";
  public static final String CONTROL = "control";

  /** Records of users whose schema is not known yet. */
  public static final String LOOKUPS = "lookups";

  public static final String OUTPUTS = "outputs";

  /** API keys; one partition, in JSON. */
  public static final String KEYS = "keys";

  /** Who changed what through a gateway, in JSON. */
  public static final String AUDIT = "audit";

  private static final String DISPATCH = "dispatch.";

  private Topics() {}

  /** The topic from which the runners of {@code pool} take their runs. */
  public static String dispatch(String pool) {
    return DISPATCH + pool;
  }
}
