/** The command: which figures, and how they are shown. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
