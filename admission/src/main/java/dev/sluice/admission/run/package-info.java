/** A run as the gate knows it: what was asked for, where it stands, and what it waits for. */
@NullMarked
package dev.sluice.admission.run;

import org.jspecify.annotations.NullMarked;
