/** Runs that belong together: trees with their budgets, and each parent's children. */
@NullMarked
package dev.sluice.admission.tree;

import org.jspecify.annotations.NullMarked;
