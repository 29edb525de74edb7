/** Shared by both benches: samples, figures, and a minimal HTTP connection. */
@NullMarked
package dev.sluice.bench.measure;

import org.jspecify.annotations.NullMarked;
