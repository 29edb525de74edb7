/** Where a server listens, and the bounds on what it accepts. */
@NullMarked
package dev.sluice.http.config;

import org.jspecify.annotations.NullMarked;
