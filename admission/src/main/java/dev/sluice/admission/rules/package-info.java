/** The gate's decisions: one class for each kind of record, and one for each shared concern. */
@NullMarked
package dev.sluice.admission.rules;

import org.jspecify.annotations.NullMarked;
