/** Requests and answers as services see them, and the problems that a refusal states. */
@NullMarked
package dev.sluice.http.message;

import org.jspecify.annotations.NullMarked;
