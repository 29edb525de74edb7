package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.contract.BodyHashes;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.serde.JsonRecords;
import dev.sluice.schemas.serde.RecordDecoder;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.ResubmittedLimits;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.gate.parking.FirstAppend;
import dev.sluice.topology.gate.parking.Parking;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads what users wrote to {@code runs}, {@code commands} and {@code tenants}: Avro or JSON, in
 * any partition, with any key or none. A faulty record becomes an event that names the fault. A
 * record whose schema is not known yet is parked, so that nothing is refused because the registry
 * is down.
 */
public final class UserRecords {
  /** An Avro record above its topic's limit is read up to this size, to say whose it is. */
  private static final int MOST_READ_BYTES = 4 * Bounds.USER_RECORD_BYTES;

  private final int partitions;
  private final RecordDecoder<RunSubmitted> runs;
  private final RecordDecoder<RunCommand> commands;
  private final RecordDecoder<TenantLimits> tenants;

  public UserRecords(SluiceSerdes serdes, int partitions) {
    this.partitions = partitions;
    runs = serdes.decoder(RunSubmitted.class);
    commands = serdes.decoder(RunCommand.class);
    tenants = serdes.decoder(TenantLimits.class);
  }

  // --- runs

  public Inbound submission(byte @Nullable [] value, Headers headers, Cause cause) {
    if (value == null || value.length == 0) {
      return unreadable("the record is empty");
    }
    if (!JsonRecords.isJson(value)) {
      return isTooLargeToRead(value)
          ? unreadable(Oversize.reason(value.length))
          : of(
              runs.decode(cause.topic(), value),
              headers,
              run -> avroSubmission(TraceHeaders.traced(run, headers), value, cause));
    }
    // Nothing is parsed before its size is looked at.
    int bytes = Oversize.bytes(headers, value);
    return bytes > Oversize.MAX_BYTES
        ? of(
            Decoded.of(() -> JsonRecords.namesAtStart(value, Oversize.MAX_BYTES)),
            headers,
            names -> oversize(names, bytes, cause))
        : of(
            Decoded.of(() -> JsonRecords.names(value)),
            headers,
            names -> jsonSubmission(names, value, headers, cause));
  }

  /** With a tenant and a run id to name, a record is refused; without, it is a dead letter. */
  private Inbound jsonSubmission(
      JsonRecords.Names names, byte[] value, Headers headers, Cause cause) {
    return named(
        names,
        cause,
        () ->
            switch (Decoded.of(() -> JsonRecords.runSubmitted(value))) {
              case Decoded.Value<RunSubmitted>(var run) ->
                  submission(TraceHeaders.traced(run, headers), cause);
              case Decoded.Unreadable<RunSubmitted>(var failure) ->
                  refused(names, reason(failure), cause);
              case Decoded.Unknown<RunSubmitted>(int id) -> Inbound.of(new GateEvent.Parked(id));
            });
  }

  private Inbound oversize(JsonRecords.Names names, int bytes, Cause cause) {
    return named(names, cause, () -> refused(names, Oversize.reason(bytes), cause));
  }

  /** Such a one is not even looked at to find out whose it is. */
  private static boolean isTooLargeToRead(byte[] value) {
    return value.length > MOST_READ_BYTES;
  }

  private Inbound named(JsonRecords.Names names, Cause cause, Supplier<Inbound> then) {
    var problem = idProblem(names.tenant(), names.runId());
    if (problem.isPresent()) {
      return unreadable(problem.get());
    }
    return isElsewhere(names.tenant(), cause)
        ? misplaced(names.tenant(), names.runId())
        : then.get();
  }

  private static Inbound refused(JsonRecords.Names names, String reason, Cause cause) {
    var run = new RunKey(names.tenant(), names.runId());
    return refused(run, names.agent(), reason, FirstAppend.own(cause));
  }

  /** What a refused submission names as its agent need not be a name. */
  private static Inbound refused(RunKey run, String agent, String reason, Origin origin) {
    var named = Names.agentProblem(agent).isPresent() ? "" : agent;
    return Inbound.of(new GateEvent.Refused(run, named, reason, origin));
  }

  private Inbound avroSubmission(RunSubmitted run, byte[] value, Cause cause) {
    var in = submission(run, cause);
    return value.length > Oversize.MAX_BYTES && in.event() instanceof GateEvent.Submitted submitted
        ? refused(
            submitted.run(), run.getAgent(), Oversize.reason(value.length), submitted.origin())
        : in;
  }

  private Inbound submission(RunSubmitted run, Cause cause) {
    var problem = idProblem(run.getTenant(), run.getRunId());
    if (problem.isPresent()) {
      return unreadable(problem.get());
    }
    if (isElsewhere(run.getTenant(), cause)) {
      return misplaced(run.getTenant(), run.getRunId());
    }
    var key = new RunKey(run.getTenant(), run.getRunId());
    var origin = FirstAppend.own(cause);
    var refusal = payloadProblem(run);
    return refusal.isPresent()
        ? refused(key, run.getAgent(), refusal.get(), origin)
        : Inbound.of(new GateEvent.Submitted(key, Specs.of(run), origin), run);
  }

  private static Optional<String> payloadProblem(RunSubmitted run) {
    int bytes = run.getInput().remaining();
    if (bytes > Bounds.VALUE_BYTES) {
      return Optional.of("input must be at most " + Bounds.VALUE_BYTES + " bytes, got " + bytes);
    }
    var traceparent = run.getTraceparent();
    return Names.agentProblem(run.getAgent())
        .or(() -> Names.poolProblem(run.getPool()))
        .or(() -> tooLong("content_type", run.getContentType(), Bounds.CONTENT_TYPE_CHARS))
        .or(() -> tooLong("traceparent", traceparent, Bounds.TRACEPARENT_CHARS))
        .or(
            () ->
                run.getBodyHash() == null
                    ? Optional.empty()
                    : BodyHashes.problem(run.getBodyHash()));
  }

  private static Optional<String> tooLong(String field, @Nullable String value, int most) {
    return value == null || value.length() <= most
        ? Optional.empty()
        : Optional.of(field + " must have at most " + most + " characters, got " + value.length());
  }

  // --- commands

  public Inbound command(byte @Nullable [] value, Headers headers, Cause cause) {
    if (value == null || value.length == 0) {
      return unreadable("the record is empty");
    }
    if (value.length > Oversize.MAX_BYTES) {
      return unreadable(Oversize.reason(value.length));
    }
    var decoded =
        JsonRecords.isJson(value)
            ? Decoded.of(() -> JsonRecords.runCommand(value))
            : commands.decode(cause.topic(), value);
    return of(decoded, headers, command -> command(command, cause));
  }

  private Inbound command(RunCommand command, Cause cause) {
    int idChars = command.getCommandId().length();
    var problem =
        Names.tenantProblem(command.getTenant())
            .or(() -> Names.anyRunIdProblem(command.getRunId()));
    if (problem.isPresent()) {
      return unreadable(problem.get());
    }
    if (idChars < 1 || idChars > Bounds.COMMAND_ID_CHARS) {
      return unreadable(
          "command_id must have 1 to " + Bounds.COMMAND_ID_CHARS + " characters, got " + idChars);
    }
    if (isElsewhere(command.getTenant(), cause)) {
      return misplaced(command.getTenant(), command.getRunId());
    }
    var run = new RunKey(command.getTenant(), command.getRunId());
    var problemOfSignal = signalProblem(command);
    if (problemOfSignal.isPresent()) {
      return Inbound.of(new GateEvent.CommandRefused(run, problemOfSignal.get()));
    }
    var kind = GateEvent.CommandKind.valueOf(command.getKind().name());
    var name = command.getName() == null ? "" : command.getName();
    var origin = FirstAppend.own(cause);
    return Inbound.of(
        new GateEvent.Commanded(run, command.getCommandId(), kind, name, origin), command);
  }

  private static Optional<String> signalProblem(RunCommand command) {
    if (command.getKind() != CommandKind.SIGNAL) {
      return Optional.empty();
    }
    var payload = command.getPayload();
    if (payload != null && payload.remaining() > Bounds.VALUE_BYTES) {
      return Optional.of(
          "payload must be at most " + Bounds.VALUE_BYTES + " bytes, got " + payload.remaining());
    }
    return Names.signalProblem(command.getName() == null ? "" : command.getName());
  }

  // --- tenants

  public Inbound tenant(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, Cause cause) {
    var problem = tenantKeyProblem(key);
    if (key == null || problem.isPresent()) {
      return unreadable("the record's key: " + problem.orElseThrow());
    }
    var name = new String(key, StandardCharsets.UTF_8);
    if (isElsewhere(name, cause)) {
      if (value != null && value.length > Oversize.MAX_BYTES) {
        return unreadable(Oversize.reason(value.length));
      }
      // The tombstone of a record that lay here and was re-routed comes back; it is the gate's own.
      return value == null && headers.lastHeader(FirstAppend.HEADER) != null
          ? Inbound.nothing()
          : misplacedLimits(name, value);
    }
    return value == null
        ? Inbound.of(tenantEvent(name, null, null, headers, cause))
        : limits(name, value, headers, cause);
  }

  private static GateEvent tenantEvent(
      String name,
      @Nullable TenantSettings settings,
      @Nullable Long expected,
      Headers headers,
      Cause cause) {
    var resubmitted = headers.lastHeader(ResubmittedLimits.HEADER);
    if (resubmitted != null) {
      return resubmitted(name, settings, ResubmittedLimits.read(resubmitted.value()), cause);
    }
    var restored = FirstAppend.restored(headers, cause);
    return restored == null
        ? new GateEvent.TenantSet(name, settings, FirstAppend.first(headers, cause), expected)
        : new GateEvent.TenantRestored(name, settings, restored.origin(), restored.refusedAt());
  }

  /** Without the place they would replace limits that were set since. */
  private static GateEvent resubmitted(
      String name,
      @Nullable TenantSettings settings,
      @Nullable ResubmittedLimits lay,
      Cause cause) {
    boolean isBefore =
        lay != null
            && lay.partition() == cause.partition()
            && lay.offset() >= 0
            && lay.offset() < cause.offset()
            && lay.appendMs() <= cause.appendMs();
    return lay == null || !isBefore
        ? new GateEvent.TenantRefused(name, "limits sent back do not say where they lay before")
        : new GateEvent.TenantResubmitted(
            name,
            settings,
            FirstAppend.own(cause),
            new Origin(lay.appendMs(), lay.partition(), lay.offset()));
  }

  /** Does not decode what is longer than any name: it may have a megabyte. */
  private static Optional<String> tenantKeyProblem(byte @Nullable [] key) {
    if (key != null && key.length > Bounds.NAME_CHARS) {
      return Optional.of("no tenant's name has %d bytes".formatted(key.length));
    }
    return Names.tenantProblem(key == null ? "" : new String(key, StandardCharsets.UTF_8));
  }

  private Inbound misplacedLimits(String name, byte @Nullable [] value) {
    return value != null && value.length > Oversize.MAX_BYTES
        ? unreadable(Oversize.reason(value.length))
        : misplaced(name, null);
  }

  private Inbound limits(String name, byte[] value, Headers headers, Cause cause) {
    if (value.length > Oversize.MAX_BYTES) {
      return refusedLimits(name, Oversize.reason(value.length));
    }
    var decoded =
        JsonRecords.isJson(value)
            ? Decoded.of(() -> JsonRecords.tenantLimits(value))
            : tenants.decode(cause.topic(), value);
    if (decoded instanceof Decoded.Unreadable<TenantLimits>(var failure)) {
      return refusedLimits(name, reason(failure));
    }
    if (decoded instanceof Decoded.Unknown<TenantLimits>(int id)) {
      return Parking.verdict(headers)
          .map(reason -> refusedLimits(name, reason))
          .orElseGet(() -> Inbound.of(new GateEvent.Parked(id, name)));
    }
    return of(
        decoded,
        headers,
        limits ->
            limits.getTenant().equals(name)
                ? Inbound.of(
                    tenantEvent(name, Specs.of(limits), limits.getExpected(), headers, cause))
                : refusedLimits(
                    name,
                    "tenant must be the record's key %s, got '%s'"
                        .formatted(name, Texts.quoted(limits.getTenant()))));
  }

  /**
   * Limits that our own code failed to read; null if the record is no tenant's, or lies elsewhere.
   */
  public @Nullable Inbound failedLimits(byte @Nullable [] key, Cause cause, Throwable failure) {
    if (key == null || tenantKeyProblem(key).isPresent()) {
      return null;
    }
    var name = new String(key, StandardCharsets.UTF_8);
    var event = GateEvent.Unreadable.because(failure);
    return isElsewhere(name, cause)
        ? null
        : Inbound.of(new GateEvent.TenantRefused(name, event.reason(), event.trace()));
  }

  /** Without a later record, this one would be the newest of its tenant's key. */
  private static Inbound refusedLimits(String name, String reason) {
    return Inbound.of(new GateEvent.TenantRefused(name, shortened(reason)));
  }

  // --- what they have in common

  private static Optional<String> idProblem(String tenant, String runId) {
    return Names.tenantProblem(tenant).or(() -> Names.runIdProblem(runId));
  }

  private boolean isElsewhere(String tenant, Cause cause) {
    return TenantPartitions.of(tenant, partitions) != cause.partition();
  }

  private Inbound misplaced(String tenant, @Nullable String runId) {
    int home = TenantPartitions.of(tenant, partitions);
    return Inbound.of(new GateEvent.Misplaced(tenant, runId, home));
  }

  private static Inbound unreadable(String reason) {
    return Inbound.of(new GateEvent.Unreadable(shortened(reason)));
  }

  private static String shortened(String reason) {
    return Texts.atMost(Bounds.REASON_CHARS, reason);
  }

  private static String reason(SerdeException failure) {
    return shortened(failure.kind() + ": " + failure.getMessage());
  }

  private static <T> Inbound of(
      Decoded<T> decoded, Headers headers, Function<T, Inbound> whatItSays) {
    return switch (decoded) {
      case Decoded.Value<T>(var value) -> whatItSays.apply(value);
      case Decoded.Unreadable<T>(var failure) -> unreadable(reason(failure));
      case Decoded.Unknown<T>(int id) ->
          Parking.verdict(headers)
              .map(UserRecords::unreadable)
              .orElseGet(() -> Inbound.of(new GateEvent.Parked(id)));
    };
  }
}
