package dev.sluice.client;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that the HTTP interface offers to services and operators.
 *
 * <p>Each method throws a {@link SluiceException} if the gateway refuses it, or if it is not known
 * what became of it once all tries are used up. What is safe to send twice is sent again; see
 * docs/clients.md. Streams ask for one page at a time, as they are read, and need not be closed.
 */
public interface SluiceClient extends Submitter {
  // --- runs

  /** A run as the catalog knows it, which follows the gate by some milliseconds; empty if not. */
  Optional<Run> get(String tenant, String runId);

  /**
   * Waits for a run's end, whoever submitted it.
   *
   * @param atMost for how long, of any length; zero asks once
   * @return empty if it has not ended by then, or nobody knows it
   */
  Optional<RunEnd> await(String tenant, String runId, Duration atMost);

  /**
   * Waits for the end of a redrive, or of a later one.
   *
   * @param redrive its number, from {@link SentCommand#redrive()}; 0 is the first end
   */
  Optional<RunEnd> await(String tenant, String runId, Duration atMost, int redrive);

  /** A tenant's runs, the newest submission first; the children of one run by their numbers. */
  Stream<Run> list(String tenant, RunFilter filter);

  /**
   * A run's journal: steps, and beside them its input, children, signals, yields, fences and end.
   *
   * @param withValues whether to read the values back, too; the gateway serves few such at a time
   */
  Stream<JournalEntry> journal(String tenant, String runId, boolean withValues);

  // --- commands

  /** Asks a run to end; also one whose submission the gate has not read yet. */
  SentCommand cancel(String tenant, String runId);

  /**
   * Sends a run a signal; it is kept until the run asks for it.
   *
   * @param name what the agent waits for, 1 to 128 of {@code [A-Za-z0-9._-]}
   * @param payload at most 1 MiB; with no byte the signal carries nothing
   */
  SentCommand signal(String tenant, String runId, String name, Payload payload);

  /**
   * The same with a name of the caller's for this one signal.
   *
   * @param key 1 to 128 characters; the same key sends one signal, however often it is used
   */
  SentCommand signal(String tenant, String runId, String name, Payload payload, String key);

  /**
   * Sends a {@link RunStatus#DEAD} run back through the gate; it resumes at the step that failed.
   * Sent once: an answer that does not come leaves open whether the gateway has it.
   */
  SentCommand redrive(String tenant, String runId);

  /**
   * What the gate decided on a command; a catalog knows the last 10,000 decisions.
   *
   * @param commandId from {@link SentCommand#commandId()}
   * @param atMost for how long to wait for it, up to a minute
   */
  Optional<Decision> decision(String tenant, String commandId, Duration atMost);

  // --- tenants

  /** All tenants that anybody has used, by name. */
  Stream<Tenant> tenants();

  /** A tenant's limits and depths; one that nobody has used stands at 0. */
  Tenant tenant(String name);

  /**
   * Replaces a tenant's limits: what is null is the plan's. Returns when Kafka has them; if the
   * gate refuses them, {@link Tenant#limitsRefused()} says so and those before stay in force.
   */
  TenantLimits.Sent putTenant(String name, TenantLimits limits);

  /**
   * The same if the tenant's limits are still those of {@code seen}; waits for the gate's decision,
   * for 5 s at most. Sent once. A catalog of an earlier version does not say where limits stand: if
   * {@code seen} has limits and no {@link Tenant#limitsAt}, they are replaced whatever they are.
   *
   * @throws SluiceException.Conflict if somebody has replaced them meanwhile: read the tenant again
   */
  TenantLimits.Sent putTenant(Tenant seen, TenantLimits limits);

  /**
   * What the gate decided on limits; a catalog knows the last 10,000 decisions.
   *
   * @param at from {@link TenantLimits.Sent#at()}
   * @param atMost for how long to wait for it, up to a minute
   */
  Optional<TenantLimits.Verdict> limitsDecision(String tenant, String at, Duration atMost);

  // --- dead letters

  /** Runs that stand DEAD, and records that could not be read. */
  Stream<DeadLetter> deadLetters(DeadLetterFilter filter);

  /**
   * Redrives every run that stands DEAD. Sent once, as {@link #redrive}.
   *
   * @param tenant only this tenant's; null for all
   * @param agent only this agent's; null for all
   */
  SentRedrives redriveAll(@Nullable String tenant, @Nullable String agent);
}
