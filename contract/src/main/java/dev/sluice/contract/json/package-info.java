/** Reads JSON that nobody vouches for, without a tree of it, and keeps what it says bit by bit. */
@NullMarked
package dev.sluice.contract.json;

import org.jspecify.annotations.NullMarked;
