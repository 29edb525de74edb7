/** The topics: names, settings, partitioning, and checks of a cluster against them. */
@NullMarked
package dev.sluice.schemas.topic;

import org.jspecify.annotations.NullMarked;
