/** What is known of runs, steps and tenants, and how it is stored and shown. */
@NullMarked
package dev.sluice.topology.catalog.view;

import org.jspecify.annotations.NullMarked;
