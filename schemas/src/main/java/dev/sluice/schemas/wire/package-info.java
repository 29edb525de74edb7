/** The byte layout of records and journal keys, and the reasons why some cannot be read. */
@NullMarked
package dev.sluice.schemas.wire;

import org.jspecify.annotations.NullMarked;
