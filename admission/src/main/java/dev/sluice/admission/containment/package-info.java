/**
 * Confines a failure to its run or record: undoes the turn, and seals the run or sets the record
 * aside.
 */
@NullMarked
package dev.sluice.admission.containment;

import org.jspecify.annotations.NullMarked;
