/** Real workloads: reads traces, assigns tenants, and replays them in real time. */
@NullMarked
package dev.sluice.local.trace;

import org.jspecify.annotations.NullMarked;
