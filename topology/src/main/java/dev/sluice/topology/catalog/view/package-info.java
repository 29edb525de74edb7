/** The catalog's views of runs, steps and tenants, and how they are stored and shown. */
@NullMarked
package dev.sluice.topology.catalog.view;

import org.jspecify.annotations.NullMarked;
