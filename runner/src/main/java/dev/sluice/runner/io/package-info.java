/**
 * Reads and writes the worker's records in Kafka, and lets none through that is forged or broken.
 */
@NullMarked
package dev.sluice.runner.io;

import org.jspecify.annotations.NullMarked;
