/**
 * Workers as their heartbeats describe them: leases, unanswered dispatches, room, and lease time.
 */
@NullMarked
package dev.sluice.admission.worker;

import org.jspecify.annotations.NullMarked;
