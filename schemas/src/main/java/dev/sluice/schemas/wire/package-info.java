/** What a record's bytes and a journal key look like, and why some cannot be read. */
@NullMarked
package dev.sluice.schemas.wire;

import org.jspecify.annotations.NullMarked;
