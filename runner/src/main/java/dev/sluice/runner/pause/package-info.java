/** Keeps the times of steps: how long a body may take, and how long a try waits for the next. */
@NullMarked
package dev.sluice.runner.pause;

import org.jspecify.annotations.NullMarked;
