/** What an agent is compiled against, and nothing else. */
@NullMarked
package dev.sluice.sdk;

import org.jspecify.annotations.NullMarked;
