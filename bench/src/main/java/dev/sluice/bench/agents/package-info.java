/** What the measured runs execute; a runner gets these classes as a folder. */
@NullMarked
package dev.sluice.bench.agents;

import org.jspecify.annotations.NullMarked;
