/** The hops of a run without our logic, as processes of their own or inside one. */
@NullMarked
package dev.sluice.bench.floor;

import org.jspecify.annotations.NullMarked;
