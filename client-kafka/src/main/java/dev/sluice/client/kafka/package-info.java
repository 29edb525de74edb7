/** The client over Kafka alone: produces submissions, and reads all ends once for all who wait. */
@NullMarked
package dev.sluice.client.kafka;

import org.jspecify.annotations.NullMarked;
