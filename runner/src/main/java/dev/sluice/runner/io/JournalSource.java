package dev.sluice.runner.io;

import java.util.List;

/** Where journal records are read by their offsets. */
public interface JournalSource {
  /**
   * Reads the records at {@code offsets} of a partition, in their order; blocks until they are
   * there.
   *
   * @throws JournalBrokenException if one is not there and will not be
   * @throws org.apache.kafka.common.KafkaException if one cannot be read within 20 seconds
   */
  List<Stored> read(int partition, List<Long> offsets) throws InterruptedException;
}
