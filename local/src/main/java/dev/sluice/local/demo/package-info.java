/** The demo: real traffic, a live view, a kill in the middle, and a report from the topics. */
@NullMarked
package dev.sluice.local.demo;

import org.jspecify.annotations.NullMarked;
