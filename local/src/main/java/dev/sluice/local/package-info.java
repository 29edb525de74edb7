/** Everything in one place: the launcher's commands, the local stack, sample agents, the demo. */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
