/** What both benches share: samples, figures, and a bare HTTP connection. */
@NullMarked
package dev.sluice.bench.measure;

import org.jspecify.annotations.NullMarked;
