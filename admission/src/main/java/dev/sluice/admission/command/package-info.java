/** Commands that came before their runs. */
@NullMarked
package dev.sluice.admission.command;

import org.jspecify.annotations.NullMarked;
