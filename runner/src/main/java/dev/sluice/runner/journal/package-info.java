/**
 * Decides what each call of an agent means for the run's journal, without I/O, threads or a clock.
 */
@NullMarked
package dev.sluice.runner.journal;

import org.jspecify.annotations.NullMarked;
