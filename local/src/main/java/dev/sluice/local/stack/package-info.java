/** The local stack: processes, who started them, and what happens when one dies. */
@NullMarked
package dev.sluice.local.stack;

import org.jspecify.annotations.NullMarked;
