/** What authors of agents use, and the worker that runs them. */
@NullMarked
package dev.sluice.runner;

import org.jspecify.annotations.NullMarked;
