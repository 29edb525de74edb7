/** Turns agents' values into bytes and back, and says which classes a journal may name. */
@NullMarked
package dev.sluice.runner.value;

import org.jspecify.annotations.NullMarked;
