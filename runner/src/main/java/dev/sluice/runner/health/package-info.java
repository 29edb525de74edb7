/** Watches the worker's own threads and counts what it does. */
@NullMarked
package dev.sluice.runner.health;

import org.jspecify.annotations.NullMarked;
