/** Names a worker, each life of it and the epochs it executes, and reports a life that is over. */
@NullMarked
package dev.sluice.runner.identity;

import org.jspecify.annotations.NullMarked;
