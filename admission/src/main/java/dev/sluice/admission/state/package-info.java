/** All that the gate knows of a partition; saved, or undone, turn by turn. */
@NullMarked
package dev.sluice.admission.state;

import org.jspecify.annotations.NullMarked;
