/**
 * One set of rules for every entry point: names, lengths, counts and sizes of whatever others may
 * make Sluice keep or do. Pure, and without dependencies.
 */
@NullMarked
package dev.sluice.contract;

import org.jspecify.annotations.NullMarked;
