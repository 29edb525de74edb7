/** Selects the handler of a request, and checks who may call. */
@NullMarked
package dev.sluice.http.route;

import org.jspecify.annotations.NullMarked;
