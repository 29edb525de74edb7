/** The gate's configuration, and whether this process has the room for it. */
@NullMarked
package dev.sluice.topology.gate.config;

import org.jspecify.annotations.NullMarked;
