/** What the archive holds, and that it runs. */
@NullMarked
package dev.sluice.dist;

import org.jspecify.annotations.NullMarked;
