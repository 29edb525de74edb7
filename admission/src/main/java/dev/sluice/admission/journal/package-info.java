/** The gate's index of a run's journal: which positions count, and what they add up to. */
@NullMarked
package dev.sluice.admission.journal;

import org.jspecify.annotations.NullMarked;
