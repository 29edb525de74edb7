/** Answers queries, each within a bounded amount of reading. */
@NullMarked
package dev.sluice.topology.catalog.query;

import org.jspecify.annotations.NullMarked;
