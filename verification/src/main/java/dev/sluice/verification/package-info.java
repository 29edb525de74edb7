/**
 * Checks a history, read back from the topics, against the invariants, independently of the gate.
 */
@NullMarked
package dev.sluice.verification;

import org.jspecify.annotations.NullMarked;
