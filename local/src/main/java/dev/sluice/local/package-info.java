/** Everything in one place, to try it: the local stack, sample agents, traces and the demo. */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
