/** Measures broker, gate and runner inside one warm JVM, for comparisons between commits. */
@NullMarked
package dev.sluice.bench.inprocess;

import org.jspecify.annotations.NullMarked;
