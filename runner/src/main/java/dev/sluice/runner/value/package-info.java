/** Turns agents' values into bytes and back, by the types that their code names. */
@NullMarked
package dev.sluice.runner.value;

import org.jspecify.annotations.NullMarked;
