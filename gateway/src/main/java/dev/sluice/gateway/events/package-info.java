/** Streams what happens to runs: one reader per gateway, and a bounded queue per stream. */
@NullMarked
package dev.sluice.gateway.events;

import org.jspecify.annotations.NullMarked;
