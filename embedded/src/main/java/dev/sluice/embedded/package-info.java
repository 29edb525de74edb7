/** A real Kafka broker and a schema registry endpoint inside this JVM, for trying out and tests. */
@NullMarked
package dev.sluice.embedded;

import org.jspecify.annotations.NullMarked;
