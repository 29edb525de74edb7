package dev.sluice.topology.gate.schema;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.wire.SerdeException;
import java.time.Duration;

/** Checks at startup, and regularly afterwards, that the registry knows our own schemas. */
public final class GateSchemas {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration ASK_EVERY = Duration.ofSeconds(10);
  private static final QuietLog LOG = QuietLog.of(GateSchemas.class);
  private static final String ALARM = "schema registry";

  private final InternalSchemas schemas;
  private final Alarms alarms;
  private long askedNanos;

  public GateSchemas(InternalSchemas schemas, Alarms alarms) {
    this.schemas = schemas;
    this.alarms = alarms;
  }

  /** Says what is wrong; more often while there is something. */
  public void look() {
    if (schemas.whyNot() == null && System.nanoTime() - askedNanos < ASK_EVERY.toNanos()) {
      return;
    }
    try {
      alarms.set(ALARM, schemas.check());
    } catch (SerdeException e) {
      LOG.warn("Our own schemas cannot be looked up right now", e);
    }
    askedNanos = System.nanoTime();
  }
}
