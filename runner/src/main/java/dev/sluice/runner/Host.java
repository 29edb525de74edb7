package dev.sluice.runner;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker finds around it: a process of its own, or somebody else's.
 *
 * @param halt is run for a body that does not stop when its lease may be over; ends the JVM, or
 *     lets another worker execute the run at the same time
 * @param onFatal hears why the worker has closed itself
 * @param goesOn whether the process goes on behind the worker: then nothing of it may execute
 *     without a lease when it has closed
 * @param probes whether it serves probes
 * @param metrics where its metrics go; null for a registry of its own
 */
record Host(
    Runnable halt,
    Consumer<FatalReason> onFatal,
    boolean goesOn,
    boolean probes,
    @Nullable MeterRegistry metrics) {

  /** A process that is this worker: it ends with it. */
  static Host ofProcess(Runnable halt, Consumer<FatalReason> onFatal) {
    return new Host(halt, onFatal, false, true, null);
  }
}
