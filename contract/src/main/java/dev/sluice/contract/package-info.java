/**
 * One set of rules for every door: names, lengths, counts and sizes of what anybody may make us
 * keep or do. Pure, and without dependencies.
 */
@NullMarked
package dev.sluice.contract;

import org.jspecify.annotations.NullMarked;
