/** Reads untrusted JSON without building a tree, and preserves its values byte for byte. */
@NullMarked
package dev.sluice.contract.json;

import org.jspecify.annotations.NullMarked;
