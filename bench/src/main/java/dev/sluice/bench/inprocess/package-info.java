/** Measures broker, gate and runner inside one warm JVM, to compare commits. */
@NullMarked
package dev.sluice.bench.inprocess;

import org.jspecify.annotations.NullMarked;
