/** Settings of operators and tenants: plans, limits, and the rules that submissions must follow. */
@NullMarked
package dev.sluice.admission.settings;

import org.jspecify.annotations.NullMarked;
