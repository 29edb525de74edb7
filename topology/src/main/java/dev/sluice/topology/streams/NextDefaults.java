package dev.sluice.topology.streams;

import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Sets a default of Kafka Streams 5 that version 4.3 warns about at every start. It concerns the
 * thread of global stores, and we have none.
 */
public final class NextDefaults {
  /** Not the constant: it is deprecated, because the setting goes when the default comes. */
  private static final String HANDLER_OF_GLOBAL_THREAD =
      "processing.exception.handler.global.enabled";

  private NextDefaults() {}

  /** Kafka Streams makes a second configuration of what its main consumer gets, and warns again. */
  public static void set(Map<? super String, Object> settings) {
    settings.put(HANDLER_OF_GLOBAL_THREAD, true);
    settings.put(StreamsConfig.mainConsumerPrefix(HANDLER_OF_GLOBAL_THREAD), true);
  }
}
