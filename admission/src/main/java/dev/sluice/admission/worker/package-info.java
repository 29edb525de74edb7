/**
 * Workers as their heartbeats tell of them: leases, unanswered dispatches, room, and lease time
 * with what comes round in it.
 */
@NullMarked
package dev.sluice.admission.worker;

import org.jspecify.annotations.NullMarked;
