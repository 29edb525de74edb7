/** Measurements on the real broker, each beside its floor measured in the same run. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
