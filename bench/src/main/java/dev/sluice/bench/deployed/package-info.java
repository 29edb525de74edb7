/**
 * Measures what people deploy: separate processes, from their first run, beside a floor of
 * processes.
 */
@NullMarked
package dev.sluice.bench.deployed;

import org.jspecify.annotations.NullMarked;
