/** Signals that a run sends to other runs of its tree, and what became of them. */
@NullMarked
package dev.sluice.sdk.signal;

import org.jspecify.annotations.NullMarked;
