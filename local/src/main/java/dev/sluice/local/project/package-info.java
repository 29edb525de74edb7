/** Writes the project of a new agent. */
@NullMarked
package dev.sluice.local.project;

import org.jspecify.annotations.NullMarked;
