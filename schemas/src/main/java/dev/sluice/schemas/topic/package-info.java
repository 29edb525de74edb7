/** The topics: names, settings, who owns which partition, and whether a cluster has them all. */
@NullMarked
package dev.sluice.schemas.topic;

import org.jspecify.annotations.NullMarked;
