/** HTTP/1.1 in bytes: reads heads and bodies within their bounds, and writes answers. */
@NullMarked
package dev.sluice.http.wire;

import org.jspecify.annotations.NullMarked;
