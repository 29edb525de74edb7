/** Which handler answers a request, and who may ask. */
@NullMarked
package dev.sluice.http.route;

import org.jspecify.annotations.NullMarked;
