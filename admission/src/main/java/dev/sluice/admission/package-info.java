/**
 * The decision core of the gate: what starts, when and for whom; a pure function of the records
 * that the gate reads.
 */
@NullMarked
package dev.sluice.admission;

import org.jspecify.annotations.NullMarked;
