/** Sends what runs emit to those who watch, without ever making a run wait. */
@NullMarked
package dev.sluice.runner.output;

import org.jspecify.annotations.NullMarked;
