/** Requests and answers as services see them, and the problem details of refusals. */
@NullMarked
package dev.sluice.http.message;

import org.jspecify.annotations.NullMarked;
