/** The schema registry: asks it, registers our schemas, and remembers what it said. */
@NullMarked
package dev.sluice.schemas.registry;

import org.jspecify.annotations.NullMarked;
