/** Sends records that the gate set aside back to their topics. */
@NullMarked
package dev.sluice.gateway.letters;

import org.jspecify.annotations.NullMarked;
