package dev.sluice.topology.streams;

import dev.sluice.admission.port.EnvironmentException;
import dev.sluice.schemas.wire.SerdeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/** Distinguishes a fault of the environment, which passes, from one of our own, which does not. */
final class Faults {
  private static final int DEEPEST = 20;

  private Faults() {}

  /**
   * Whether the environment is to blame. What a record makes our code throw reaches a stream
   * thread's end as the innermost cause, wrapped in exceptions of Kafka's.
   */
  static boolean isEnvironments(Throwable failure) {
    var innermost = failure;
    for (int depth = 0; depth < DEEPEST && innermost.getCause() != null; depth++) {
      if (innermost instanceof SerdeException || innermost instanceof EnvironmentException) {
        return true;
      }
      innermost = innermost.getCause();
    }
    return innermost instanceof KafkaException
        || innermost instanceof SerdeException
        || innermost instanceof TimeoutException
        || innermost instanceof IOException
        || innermost instanceof UncheckedIOException
        || innermost.getClass().getName().startsWith("org.rocksdb.");
  }
}
