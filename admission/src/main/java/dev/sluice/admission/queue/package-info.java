/** Queued runs in the order in which they start, and the timers of those that wait. */
@NullMarked
package dev.sluice.admission.queue;

import org.jspecify.annotations.NullMarked;
