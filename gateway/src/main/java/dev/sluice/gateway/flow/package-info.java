/** Bounds what one tenant can take of a gateway: submissions per second, and requests that wait. */
@NullMarked
package dev.sluice.gateway.flow;

import org.jspecify.annotations.NullMarked;
