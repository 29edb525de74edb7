/**
 * Measures Sluice as deployed: separate processes, from their first run on, compared with a floor
 * of processes.
 */
@NullMarked
package dev.sluice.bench.deployed;

import org.jspecify.annotations.NullMarked;
