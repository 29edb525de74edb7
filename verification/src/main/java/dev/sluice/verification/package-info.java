/**
 * Checks a history, read back from the topics, against the invariants; knows nothing of the gate.
 */
@NullMarked
package dev.sluice.verification;

import org.jspecify.annotations.NullMarked;
