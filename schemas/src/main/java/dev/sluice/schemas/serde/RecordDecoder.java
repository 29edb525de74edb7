package dev.sluice.schemas.serde;

import dev.sluice.schemas.wire.Decoded;

/**
 * Reads the values of one type of record. It never throws and never waits. Its time and memory are
 * bounded by the record's size.
 *
 * <p>Safe for use by several threads.
 */
public interface RecordDecoder<T> {
  /**
   * Reads one value.
   *
   * @param topic that the record lies in
   */
  Decoded<T> decode(String topic, byte[] data);
}
