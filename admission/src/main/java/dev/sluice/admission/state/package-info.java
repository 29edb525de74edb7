/** Everything that the gate knows about a partition, saved or undone turn by turn. */
@NullMarked
package dev.sluice.admission.state;

import org.jspecify.annotations.NullMarked;
