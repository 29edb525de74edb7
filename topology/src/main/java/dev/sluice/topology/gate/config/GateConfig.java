package dev.sluice.topology.gate.config;

import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.GateValue;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.schemas.process.HttpSettings;
import dev.sluice.schemas.process.Settings;
import dev.sluice.schemas.process.StateFolder;
import dev.sluice.topology.gate.schema.SchemaQuestions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the gate.
 *
 * @param kafka what every Kafka client is made with, {@code bootstrap.servers} among it
 * @param serdes what serdes are made with
 * @param stateDir where Kafka Streams keeps what it needs between restarts
 * @param tick how often the clock ticks
 * @param commitInterval longest time a decision waits for its transaction's commit
 * @param standbyReplicas copies of the state on other instances
 * @param threads stream threads
 * @param duplicateWindow how long the id of an ended run stays taken
 * @param foreign which transactions of other applications it may end
 * @param unknownAfter how long the registry must deny a schema until records of it are given up
 * @param completionsJson whether ends are written as JSON, too
 * @param measuredTenants how many tenants have measures of their own
 * @param http where the probes are
 */
public record GateConfig(
    Map<String, String> kafka,
    Map<String, String> serdes,
    String prefix,
    GateSettings core,
    Path stateDir,
    Duration tick,
    Duration commitInterval,
    int standbyReplicas,
    int threads,
    Duration duplicateWindow,
    ForeignTransactionRules foreign,
    Duration unknownAfter,
    boolean completionsJson,
    int measuredTenants,
    HttpConfig http) {
  private static final int MAX_CAP = 1_000_000;
  private static final int MOST_RUNS = 100_000_000;

  /**
   * Reads the settings of docs/settings.md.
   *
   * @throws dev.sluice.schemas.process.SettingsException naming every key that is missing or wrong
   */
  public static GateConfig from(Map<String, String> values) {
    var read = new Settings(values);
    var config =
        new GateConfig(
            read.kafka(),
            read.serdes(),
            read.text("topic.prefix", ""),
            core(read),
            StateFolder.of(read, "state.dir", "gate"),
            read.millis("tick.ms", Duration.ofSeconds(1), Duration.ofMillis(100)),
            read.millis("commit.interval.ms", Duration.ofMillis(10), Duration.ofMillis(1)),
            read.integer("standby.replicas", 0, 0, 10),
            read.integer("threads", 1, 1, 64),
            read.millis("duplicate.window.ms", Duration.ofHours(24), Duration.ofMinutes(1)),
            new ForeignTransactionRules(
                read.list("foreign.transactions.end", List.of()),
                read.millis(
                    "foreign.transactions.after.ms",
                    ForeignTransactionRules.LEAST,
                    ForeignTransactionRules.LEAST)),
            read.millis(
                "schema.unknown.after.ms",
                SchemaQuestions.GIVEN_UP_AFTER,
                SchemaQuestions.ASK_AGAIN),
            read.bool("completions.json", false),
            read.integer("metrics.tenants", 100, 0, 10_000),
            HttpSettings.probes(read, "gate"));
    read.failOnProblems();
    return config;
  }

  private static GateSettings core(Settings read) {
    var defaults = GateSettings.defaults();
    return new GateSettings(
        Set.copyOf(read.list("pools", List.copyOf(defaults.pools()))),
        plans(read, defaults),
        value(read, GateValue.LEASE_TTL, defaults.leaseTtlMs()),
        value(read, GateValue.AGENT_WAIT, defaults.agentWaitMs()),
        (int) value(read, GateValue.MAX_UNANSWERED, defaults.maxUnanswered()),
        defaults.unansweredMs(),
        value(read, GateValue.MAX_DURATION, defaults.defaultMaxDurationMs()),
        value(read, GateValue.DEAD_KEEP, defaults.deadKeptMs()),
        read.integer("max.live.runs", defaults.maxLiveRuns(), 1, MOST_RUNS),
        read.millis(
                "live.repeat.ms",
                Duration.ofMillis(defaults.liveRepeatMs()),
                Duration.ofMillis(GateSettings.LEAST_LIVE_REPEAT_MS))
            .toMillis());
  }

  private static long value(Settings read, GateValue value, long fallback) {
    return read.number(value.text(), fallback, value.least(), value.most());
  }

  /**
   * Plans are written {@code plan.<name>.<field>}; the two of the documentation are always there.
   */
  private static Map<String, Plan> plans(Settings read, GateSettings defaults) {
    var plans = new HashMap<>(defaults.plans());
    for (var key : read.under("plan.").keySet()) {
      int dot = key.indexOf('.');
      if (dot < 1) {
        read.problem("plan." + key + ": must be plan.<name>.<field>");
      } else {
        var name = key.substring(0, dot);
        plans.put(name, plan(read, "plan." + name + ".", plans.get(name)));
      }
    }
    return plans;
  }

  private static Plan plan(Settings read, String prefix, @Nullable Plan known) {
    var base = known == null ? Plan.ofCap(2) : known;
    return new Plan(
        read.integer(prefix + "max_in_flight", base.maxInFlight(), 0, MAX_CAP),
        read.positive(prefix + "weight", base.weight()),
        read.integer(prefix + "max_queued", base.maxQueued(), 0, MOST_RUNS),
        read.integer(prefix + "max_live", base.maxLive(), 0, MOST_RUNS),
        read.integer(prefix + "max_attempts", base.maxAttempts(), 1, Bounds.ATTEMPTS),
        read.integer(prefix + "max_steps", base.maxSteps(), 1, Bounds.STEPS),
        new TreeLimits.Bounds(
            read.integer(prefix + "max_children", base.bounds().children(), 0, Bounds.CHILDREN),
            read.integer(prefix + "max_depth", base.bounds().depth(), 0, Bounds.DEPTH),
            read.integer(
                prefix + "max_descendants", base.bounds().descendants(), 0, Bounds.DESCENDANTS)));
  }

  /** The Kafka Streams application's name; also the prefix of its transactions. */
  public String applicationId() {
    return prefix + "sluice-gate";
  }

  /** The consumer group of a pool's runners. */
  public String runnersGroup(String pool) {
    return prefix + "runners." + pool;
  }

  /** What the transactions of the runners' claims begin with. */
  public String claimTransactionPrefix() {
    return prefix + "claims.";
  }
}
