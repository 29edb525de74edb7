/** Runs the model checker over the lease protocol's models. */
@NullMarked
package dev.sluice.models;

import org.jspecify.annotations.NullMarked;
