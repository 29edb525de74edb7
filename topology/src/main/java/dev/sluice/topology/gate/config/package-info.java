/** The gate's configuration, and the check that this process has enough heap for it. */
@NullMarked
package dev.sluice.topology.gate.config;

import org.jspecify.annotations.NullMarked;
