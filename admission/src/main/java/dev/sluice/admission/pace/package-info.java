/** How fast runs may start while a brake holds them, and after it was eased. */
@NullMarked
package dev.sluice.admission.pace;

import org.jspecify.annotations.NullMarked;
