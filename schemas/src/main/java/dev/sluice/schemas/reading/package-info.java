/** Readers that report records deleted before they were read. */
@NullMarked
package dev.sluice.schemas.reading;

import org.jspecify.annotations.NullMarked;
