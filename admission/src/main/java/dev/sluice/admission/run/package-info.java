/** A run as the gate knows it: its submission, its phase, and what it waits for. */
@NullMarked
package dev.sluice.admission.run;

import org.jspecify.annotations.NullMarked;
