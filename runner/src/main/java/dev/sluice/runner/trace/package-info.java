/** Tells, in spans and in the fields of log lines, which run and step a thread executes. */
@NullMarked
package dev.sluice.runner.trace;

import org.jspecify.annotations.NullMarked;
