/** The HTTP front door: writes become records, reads go to a catalog. */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
