/** The contract between the parts: topics, their records' wire format, and how both are checked. */
@NullMarked
package dev.sluice.schemas;

import org.jspecify.annotations.NullMarked;
