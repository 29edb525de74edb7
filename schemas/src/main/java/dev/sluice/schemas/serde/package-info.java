/** Writes Sluice's records and reads anybody's: Avro with schemas from the registry, or JSON. */
@NullMarked
package dev.sluice.schemas.serde;

import org.jspecify.annotations.NullMarked;
