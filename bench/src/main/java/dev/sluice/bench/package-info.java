/** The command: selects figures and prints them. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
