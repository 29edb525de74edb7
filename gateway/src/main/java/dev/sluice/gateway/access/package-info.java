/** Who is calling, what that caller may do, and the record of what was done. */
@NullMarked
package dev.sluice.gateway.access;

import org.jspecify.annotations.NullMarked;
