/** The agents of the measured runs; a runner loads these classes from a folder. */
@NullMarked
package dev.sluice.bench.agents;

import org.jspecify.annotations.NullMarked;
