/** The HTTP server behind every port of ours, and the rules by which it takes a request. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
