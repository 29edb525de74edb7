/** Computes what an installation needs for a load, from what was measured. */
@NullMarked
package dev.sluice.app.sizing;

import org.jspecify.annotations.NullMarked;
