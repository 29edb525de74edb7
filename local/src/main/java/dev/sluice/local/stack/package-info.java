/** The local stack: starts its processes, and restarts one that dies. */
@NullMarked
package dev.sluice.local.stack;

import org.jspecify.annotations.NullMarked;
