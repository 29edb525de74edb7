/** The gate, one worker and the log between them, in memory, in one thread and without a clock. */
@NullMarked
package dev.sluice.testkit.world;

import org.jspecify.annotations.NullMarked;
