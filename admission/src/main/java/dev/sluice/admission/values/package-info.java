/**
 * Values that are the same in every JVM: sorted immutable copies, and sums that do not overflow.
 */
@NullMarked
package dev.sluice.admission.values;

import org.jspecify.annotations.NullMarked;
