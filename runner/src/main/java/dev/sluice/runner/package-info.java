/** Builds a worker of its parts, starts it and ends it. */
@NullMarked
package dev.sluice.runner;

import org.jspecify.annotations.NullMarked;
