/** What the gate decides: one class for each kind of record, and for each concern they share. */
@NullMarked
package dev.sluice.admission.rules;

import org.jspecify.annotations.NullMarked;
