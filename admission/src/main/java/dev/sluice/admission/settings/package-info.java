/** What operators and tenants fix: plans and limits, and what a submission must keep to them. */
@NullMarked
package dev.sluice.admission.settings;

import org.jspecify.annotations.NullMarked;
