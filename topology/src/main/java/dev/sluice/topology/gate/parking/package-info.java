/**
 * Parks records in a separate topic until their schema is known, and keeps their origin with them.
 */
@NullMarked
package dev.sluice.topology.gate.parking;

import org.jspecify.annotations.NullMarked;
