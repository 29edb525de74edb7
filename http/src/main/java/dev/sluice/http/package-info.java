/** The HTTP server behind every port of Sluice, and the rules by which it accepts a request. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
