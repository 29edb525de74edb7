/** Keeps a failure to the run or record it came from: undoes the turn, and seals or sets aside. */
@NullMarked
package dev.sluice.admission.containment;

import org.jspecify.annotations.NullMarked;
