/** The path of a run without Sluice's logic, in separate processes or inside one JVM. */
@NullMarked
package dev.sluice.bench.floor;

import org.jspecify.annotations.NullMarked;
