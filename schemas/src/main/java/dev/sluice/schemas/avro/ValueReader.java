package dev.sluice.schemas.avro;

import org.jspecify.annotations.Nullable;

/** Reads one value as its reader wants it, whatever type it was written as. */
interface ValueReader {
  @Nullable Object read(AvroBytes in);
}
