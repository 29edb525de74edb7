/** What an agent may say about a step for traces: which model or tool it calls. */
@NullMarked
package dev.sluice.sdk.trace;

import org.jspecify.annotations.NullMarked;
