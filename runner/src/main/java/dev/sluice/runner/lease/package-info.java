/**
 * Takes leases by answering dispatches, keeps them by heartbeats, and knows when they may be over.
 */
@NullMarked
package dev.sluice.runner.lease;

import org.jspecify.annotations.NullMarked;
