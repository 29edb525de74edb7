/** The worker: takes dispatches under leases, executes runs, and writes their journals. */
@NullMarked
package dev.sluice.runner.worker;

import org.jspecify.annotations.NullMarked;
