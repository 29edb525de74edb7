/** Sample agents for first steps, for tests and for the demo. */
@NullMarked
package dev.sluice.local.agents;

import org.jspecify.annotations.NullMarked;
