/** The Java client of the HTTP interface. */
@NullMarked
package dev.sluice.gateway.client;

import org.jspecify.annotations.NullMarked;
