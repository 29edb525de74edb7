/** Limits how fast runs start while a brake is on and after it is eased. */
@NullMarked
package dev.sluice.admission.pace;

import org.jspecify.annotations.NullMarked;
