/** Sample agents: for trying out, for tests and for the demo. */
@NullMarked
package dev.sluice.local.agents;

import org.jspecify.annotations.NullMarked;
