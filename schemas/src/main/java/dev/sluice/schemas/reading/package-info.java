/** Readers that say what was deleted before they came to it. */
@NullMarked
package dev.sluice.schemas.reading;

import org.jspecify.annotations.NullMarked;
