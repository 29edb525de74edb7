/** The catalog's stores: their content, their indexes, and the handling of broken entries. */
@NullMarked
package dev.sluice.topology.catalog.store;

import org.jspecify.annotations.NullMarked;
