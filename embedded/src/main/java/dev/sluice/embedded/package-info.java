/**
 * A real Kafka broker and a schema registry endpoint inside this JVM, for tests and the local
 * stack.
 */
@NullMarked
package dev.sluice.embedded;

import org.jspecify.annotations.NullMarked;
