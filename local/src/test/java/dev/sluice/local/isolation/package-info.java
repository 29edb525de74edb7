/** What others may do to Sluice, and what a healthy tenant notices of it. */
@NullMarked
package dev.sluice.local.isolation;

import org.jspecify.annotations.NullMarked;
