/** Reads untrusted Avro, bounded in time, depth and memory. */
@NullMarked
package dev.sluice.schemas.avro;

import org.jspecify.annotations.NullMarked;
