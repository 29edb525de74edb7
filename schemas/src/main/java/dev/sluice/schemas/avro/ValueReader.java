package dev.sluice.schemas.avro;

import org.jspecify.annotations.Nullable;

/** Reads one value as the reader's type, whatever type it was written as. */
interface ValueReader {
  @Nullable Object read(AvroBytes in);
}
