/** Real workloads: reads them, gives them tenants, and replays them on time. */
@NullMarked
package dev.sluice.local.trace;

import org.jspecify.annotations.NullMarked;
