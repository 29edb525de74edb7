/** Answers to queries, each within its budget of reading. */
@NullMarked
package dev.sluice.topology.catalog.query;

import org.jspecify.annotations.NullMarked;
