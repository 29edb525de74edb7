/** Writes our records, and reads anybody's: Avro by the registry's schemas, or JSON. */
@NullMarked
package dev.sluice.schemas.serde;

import org.jspecify.annotations.NullMarked;
