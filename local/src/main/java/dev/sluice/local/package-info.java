/** Everything needed to try Sluice: the local stack, sample agents, traces and the demo. */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
