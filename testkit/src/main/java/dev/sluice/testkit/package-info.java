/** What an author of agents tests them with. */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
