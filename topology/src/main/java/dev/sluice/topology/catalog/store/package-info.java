/** The catalog's stores: what they hold, how runs are found in them, and what in them is broken. */
@NullMarked
package dev.sluice.topology.catalog.store;

import org.jspecify.annotations.NullMarked;
