/** Executes agents: one epoch of a run per slot, from its claim to its last record. */
@NullMarked
package dev.sluice.runner.execution;

import org.jspecify.annotations.NullMarked;
