package dev.sluice.contract;

import java.time.Duration;

/**
 * The fixed bounds. Their sums stay below the record limits; tests in the modules that write the
 * records do the arithmetic.
 */
public final class Bounds {
  // --- records and what they carry, in bytes

  /** A record that users write. */
  public static final int USER_RECORD_BYTES = 2 * 1024 * 1024;

  /** A record that the gate and runners write. */
  public static final int INTERNAL_RECORD_BYTES = 4 * 1024 * 1024;

  /**
   * A key or a value that is read at all: more than any topic takes, so that what is too large is
   * refused with a reason; and less than what a compressed batch may turn into.
   */
  public static final int READ_BYTES = 5 * 1024 * 1024;

  /** Headers of a record that is read at all. */
  public static final int RECORD_HEADERS = 1_000;

  /** An input, a signal's payload, a step's result, an output: each by itself. */
  public static final int VALUE_BYTES = 1024 * 1024;

  /** A chunk of output; longer texts become several. */
  public static final int CHUNK_BYTES = 64 * 1024;

  /** All chunks of one epoch; what is emitted beyond is not sent. */
  public static final long EMITTED_BYTES = 16L * 1024 * 1024;

  /** The payload of a signal that a run sends: it stands in its journal and in the receiver's. */
  public static final int SENT_BYTES = 256 * 1024;

  /** The children of one batch, with their inputs, so that their record fits. */
  public static final int BATCH_BYTES = 3_500 * 1024;

  /** What a heartbeat says of the runs that are held; longer lists are left out. */
  public static final int HELD_BYTES = 1024 * 1024;

  // --- JSON that others write

  /** Arrays and objects within each other. */
  public static final int JSON_DEPTH = 200;

  /** Values of any kind, those within others included. */
  public static final int JSON_VALUES = 1_000_000;

  /** A field's name, with its quotes and escapes. */
  public static final int JSON_NAME_BYTES = 32 * 1024;

  public static final int JSON_NUMBER_CHARS = 1_000;

  /** A field of a request or a record that is an object itself, a payload aside. */
  public static final int JSON_FIELD_BYTES = 256 * 1024;

  // --- texts, in characters

  /** Ids of runs and tenants that users give; names of agents, signals, steps and changes. */
  public static final int NAME_CHARS = 128;

  /** The id of a child, which grows with its depth. */
  public static final int RUN_ID_CHARS = 512;

  public static final int POOL_CHARS = 64;
  public static final int PLAN_CHARS = 64;
  public static final int METER_CHARS = 64;
  public static final int WORKER_CHARS = 100;

  /** A worker's id, a dot and eight characters; some more for what others call themselves. */
  public static final int INCARNATION_CHARS = 128;

  public static final int COMMAND_ID_CHARS = 128;
  public static final int IDEMPOTENCY_KEY_CHARS = 256;
  public static final int TRACEPARENT_CHARS = 512;
  public static final int CONTENT_TYPE_CHARS = 256;

  /** A reason that we give; it may quote what somebody wrote. */
  public static final int REASON_CHARS = 1_000;

  /** Why a run pauses, or why a batch of children was refused: kept for as long as the run. */
  public static final int KEPT_REASON_CHARS = 200;

  public static final int ERROR_TYPE_CHARS = 256;

  /** An error's message where it happened; where many are told at once there is less room. */
  public static final int ERROR_MESSAGE_CHARS = 8_192;

  /** Where an agent failed, in its error record. */
  public static final int STACK_TRACE_CHARS = 8_192;

  // --- labels

  public static final int LABELS = 64;
  public static final int LABEL_KEY_CHARS = 128;
  public static final int LABEL_VALUE_CHARS = 4_096;

  /** All keys and values of a run's labels together. */
  public static final int LABEL_CHARS = 16_384;

  // --- what a run asks for

  /** From minus this to this. */
  public static final int PRIORITY = 100;

  public static final int ATTEMPTS = 1_000;

  /** Any duration or wait that a user gives. */
  public static final long DURATION_MS = Duration.ofDays(366).toMillis();

  /** Meters of a tree: those of its budget and those that its runs charge together. */
  public static final int METERS = 32;

  /** A meter's ceiling or charge; sums of a tree's charges stay far from overflowing. */
  public static final long AMOUNT = 1_000_000_000_000_000L;

  /** Signals that a run has not taken. */
  public static final int SIGNALS = 1_000;

  /** Children, timers and signals that one wait combines. */
  public static final int WAIT_BRANCHES = 100;

  /** Commands of a tenant to runs that have not come yet. */
  public static final int KEPT_COMMANDS = 1_000;

  /** The same of all tenants of a gate partition. */
  public static final int KEPT_COMMANDS_OF_ALL = 20_000;

  /** Children of one batch, which are taken in together. */
  public static final int BATCH_CHILDREN = 5_000;

  /** Changes of its code that a run takes. */
  public static final int CHANGES = 1_000;

  /** Ended epochs of a run of which the holder is known and its claim was not read. */
  public static final int UNCLAIMED = 64;

  // --- what a worker says of itself

  public static final int AGENTS = 1_000;

  /** Workers that a gate partition keeps, beside those that hold its leases. */
  public static final int WORKERS = 2_000;

  /** Agents, their versions and dispatch partitions that all of these name. */
  public static final int WORKER_NAMES = 200_000;

  /** Versions of before that one agent can go on with. */
  public static final int REPLAYED_VERSIONS = 16;

  /** Versions that a worker names, of all its agents, their own among them. */
  public static final int WORKER_VERSIONS = 2_000;

  /** Versions of an agent's code of which a run's journal is known to have records. */
  public static final int JOURNAL_VERSIONS = 8;

  public static final int SLOTS = 100_000;
  public static final int POOLS = 64;

  /** Partitions of any topic. */
  public static final int PARTITIONS = 1_000;

  // --- what an operator may set

  public static final double WEIGHT = 1_000_000;
  public static final int PLANS = 1_000;

  /** Agents whose starts are held back. */
  public static final int BRAKED_AGENTS = 1_000;

  /** Starts of a pool or an agent, in all gate partitions. */
  public static final int STARTS_PER_MINUTE = 1_000_000;

  /** Steps since a checkpoint: a dispatch names every position, in one record. */
  public static final int STEPS = 100_000;

  /** Children of one run: a dispatch names every child that has ended. */
  public static final int CHILDREN = 10_000;

  public static final int DEPTH = 100;
  public static final int DESCENDANTS = 1_000_000;

  private Bounds() {}
}
