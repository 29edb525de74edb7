/** What a run shows to those who watch it. */
@NullMarked
package dev.sluice.sdk.output;

import org.jspecify.annotations.NullMarked;
