/**
 * The schema registry's client: looks schemas up, registers Sluice's own, and remembers the
 * answers.
 */
@NullMarked
package dev.sluice.schemas.registry;

import org.jspecify.annotations.NullMarked;
