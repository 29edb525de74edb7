/** Values that are the same in every JVM: sorted immutable copies. */
@NullMarked
package dev.sluice.admission.values;

import org.jspecify.annotations.NullMarked;
