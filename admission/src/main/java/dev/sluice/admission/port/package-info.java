/** What the gate exchanges with its shell: events in, effects out, and the log of its state. */
@NullMarked
package dev.sluice.admission.port;

import org.jspecify.annotations.NullMarked;
