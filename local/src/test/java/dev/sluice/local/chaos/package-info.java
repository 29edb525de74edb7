/** Everything fails at once, from a seed, and nothing that was acknowledged may be lost. */
@NullMarked
package dev.sluice.local.chaos;

import org.jspecify.annotations.NullMarked;
